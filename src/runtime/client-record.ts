import type { Draft, JournalEvent } from "../domain/event.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { OperationPlan } from "../domain/plan.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import type { ClientFact, ClientWatch } from "./client-watch.ts";

export interface ClientRecordTools {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly watches: ReadonlyMap<string, ClientWatch>;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
}

/** An operation during which clients are watched. */
interface Watched {
  readonly operation: string;
  readonly epoch: number;
  readonly watch: ClientWatch;
}

/**
 * Writes what clients see into the stream of the operation that runs: in batches, so that the record
 * never stands in the operation's way, and what is left just before its end.
 */
export class ClientRecord {
  readonly #tools: ClientRecordTools;
  readonly #watched = new Map<string, Watched>();
  #last: Promise<void> = Promise.resolve();

  constructor(tools: ClientRecordTools) {
    this.#tools = tools;
  }

  /** The journal as operations should have it: with what clients saw in it. */
  get journal(): Journal {
    const { journal } = this.#tools;
    return {
      append: (draft) => this.#append(draft),
      read: (stream) => journal.read(stream),
      last: (stream) => journal.last(stream),
      follow: (...page) => journal.follow(...page),
      head: () => journal.head(),
      openOperations: () => journal.openOperations(),
      operations: (options) => journal.operations(options),
    };
  }

  /** Of an operation that an earlier process opened, and that goes on. */
  resume(plan: OperationPlan): void {
    const watched = this.#begin(plan);
    watched?.watch.resume();
  }

  /** Samples, and writes down, until the signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { watches, signal, clock } = this.#tools;
    const sampling = [...watches.values()].map((watch) => watch.run(signal));
    while (!signal.aborted) {
      await clock.sleep(BATCH_MS, signal).catch(() => undefined);
      for (const watched of this.#watched.values()) await this.#write(watched);
    }
    await Promise.all(sampling);
  }

  async #append(draft: Draft): Promise<JournalEvent> {
    const { journal } = this.#tools;
    if (draft.type === "operation.opened") {
      const clients = this.#begin(draft.plan)?.watch.begin();
      return await journal
        .append({ ...draft, cause: withClients(draft.cause, clients) })
        .catch((error: unknown) => {
          this.#watched.delete(draft.stream);
          throw error;
        });
    }
    if (draft.type !== "operation.ended") return await journal.append(draft);
    const watched = this.#watched.get(draft.stream);
    if (watched) {
      // Part of what ended: whoever reads on finds nothing that is younger before the end.
      await this.#inTime(this.#write(watched, draft.at));
      this.#watched.delete(draft.stream);
      if (![...this.#watched.values()].some(({ watch }) => watch === watched.watch))
        watched.watch.end();
    }
    return await journal.append(draft);
  }

  #begin({ application, id: operation, epoch }: OperationPlan): Watched | undefined {
    const watch = this.#tools.watches.get(application);
    if (!watch) return undefined;
    // One at a time: what comes now belongs to the newest.
    for (const [id, other] of this.#watched) if (other.watch === watch) this.#watched.delete(id);
    const watched = { operation, epoch, watch };
    this.#watched.set(operation, watched);
    return watched;
  }

  /** One batch after the other; what can't be written is tried with the next. */
  #write(watched: Watched, at?: number): Promise<void> {
    this.#last = this.#last.then(() => this.#writeNow(watched, at));
    return this.#last;
  }

  async #writeNow({ operation, epoch, watch }: Watched, endedAt?: number): Promise<void> {
    const { journal, clock, warn } = this.#tools;
    if (this.#watched.get(operation)?.watch !== watch) return;
    const facts: ClientFact[] = [...watch.take()];
    try {
      while (facts[0]) {
        const at = endedAt ?? clock.wallMs();
        await journal.append({ ...facts[0], stream: operation, epoch, at });
        facts.shift();
      }
    } catch (error) {
      watch.giveBack(facts);
      warn(`what clients see was not written down: ${String(error)}`);
    }
  }

  async #inTime(writing: Promise<void>): Promise<void> {
    const { clock } = this.#tools;
    const over = new AbortController();
    const late = clock.sleep(LAST_BATCH_MS, over.signal).catch(() => undefined);
    await Promise.race([writing, late]);
    over.abort();
  }
}

function withClients(cause: Json, clients: Json | undefined): Json {
  if (clients === undefined || !isObject(cause)) return cause;
  return { ...cause, clients };
}

function isObject(cause: Json): cause is JsonObject {
  return typeof cause === "object" && cause !== null && !Array.isArray(cause);
}

const BATCH_MS = 1_000;
/** The end of an operation waits for the last batch no longer than this. */
const LAST_BATCH_MS = 300;
