import { codeOf, GreenlightError, reasonOf } from "../../domain/errors.ts";
import { claimOf, type Draft, type JournalEvent } from "../../domain/event.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Digest } from "../../engine/ports/digest.ts";
import type { Followed, Journal, OperationHead } from "../../engine/ports/journal.ts";
import { bounded } from "../storage/bounded.ts";
import { Turn } from "../storage/turn.ts";
import { chained } from "./chained.ts";
import { Mirror } from "./mirror.ts";
import { Replay } from "./replay.ts";
import type { Spool } from "./spool.ts";

export interface SpooledTools {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signal: AbortSignal;
  readonly spool: Spool;
  /** Rejects where the journal can't be written. */
  readonly tryToWrite: () => Promise<void>;
  /** Told when what is appended waits on disk, and without a reason when all of it is replayed. */
  readonly onChange: (whyNot: string | undefined) => void;
  /** Told of each draft that waits. */
  readonly onSpooled: (draft: Draft) => void;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * A journal whose records wait on this machine's disk while it is away, and are then replayed in
 * their order, marked late. What this process needs of the past meanwhile it knows: a process that
 * leads an operation goes on with it. The sequence that an event has then is its own: where others
 * wrote too, it stands further behind once it is replayed.
 */
export class SpooledJournal implements Journal {
  readonly #journal: Journal;
  readonly #tools: SpooledTools;
  readonly #mirror = new Mirror();
  readonly #replay: Replay;
  readonly #turn = new Turn();
  #isAway: boolean;

  constructor(journal: Journal, tools: SpooledTools) {
    this.#journal = journal;
    this.#tools = tools;
    this.#replay = new Replay(journal, tools.spool);
    this.#isAway = tools.spool.size > 0;
  }

  /** Does what is appended wait on disk now, where no other process sees it? */
  get isAway(): boolean {
    return this.#isAway;
  }

  async append(draft: Draft): Promise<JournalEvent> {
    if (this.#isAway) return await this.#spool(draft);
    try {
      const event = await this.#inTime(() => this.#journal.append(draft));
      this.#mirror.take(event);
      return event;
    } catch (error) {
      this.#noteAway(error);
    }
    return await this.#spool(draft);
  }

  async read(stream: string): Promise<readonly JournalEvent[]> {
    const ask = async () => {
      const events = await this.#journal.read(stream);
      if (!this.#isAway) this.#mirror.takeStream(stream, events);
      return events;
    };
    return await this.#asked(ask, () => this.#mirror.stream(stream));
  }

  async openOperations(): Promise<readonly string[]> {
    return await this.#asked(
      () => this.#journal.openOperations(),
      () => this.#mirror.open(),
    );
  }

  async operations(
    options: Parameters<Journal["operations"]>[0],
  ): Promise<readonly OperationHead[]> {
    const { application, limit } = options;
    const ask = async () => {
      const heads = await this.#journal.operations(options);
      if (application !== undefined && !this.#isAway)
        this.#mirror.takeOperations(application, heads);
      return heads;
    };
    const known = () =>
      application === undefined ? undefined : this.#mirror.operations(application)?.slice(0, limit);
    return await this.#asked(ask, known);
  }

  last(stream: string): Promise<JournalEvent | undefined> {
    return this.#journal.last(stream);
  }

  follow(...page: Parameters<Journal["follow"]>): Promise<Followed> {
    return this.#journal.follow(...page);
  }

  head(): Promise<number> {
    return this.#journal.head();
  }

  /** Notices that the journal is away, also while there is nothing to write. */
  async check(): Promise<void> {
    if (this.#isAway) return;
    await this.#inTime(this.#tools.tryToWrite).catch((error: unknown) => this.#noteAway(error));
  }

  /** Replays what waits as soon as the journal takes it, until the process is told to stop. */
  async run(): Promise<void> {
    const { clock, signal, onTrouble } = this.#tools;
    while (!signal.aborted) {
      if (this.#isAway)
        await this.replay().catch((error: unknown) => {
          if (codeOf(error) !== "GL_STORAGE_AWAY") onTrouble(error);
        });
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }

  /** All that waits. Rejects with GL_STORAGE_AWAY: then the rest of it still does. */
  async replay(): Promise<void> {
    const { spool, tryToWrite, onChange } = this.#tools;
    await this.#inTime(tryToWrite);
    while (spool.size > 0) await this.#replay.some();
    await this.#turn.run(async () => {
      while (spool.size > 0) await this.#replay.some();
      this.#replay.forget();
      if (this.#isAway) onChange(undefined);
      this.#isAway = false;
    });
  }

  /** From the journal, or while that is away from what is known. */
  async #asked<T>(ask: () => Promise<T>, known: () => T | undefined): Promise<T> {
    if (!this.#isAway) {
      try {
        return await this.#inTime(ask);
      } catch (error) {
        this.#noteAway(error);
      }
    }
    const found = known();
    if (found !== undefined) return found;
    throw new GreenlightError("GL_STORAGE_AWAY", "this process does not know it by itself");
  }

  async #spool(draft: Draft): Promise<JournalEvent> {
    const spooled = await this.#turn.run(async () => {
      const { spool, digest, onSpooled } = this.#tools;
      // All was replayed while it waited for its turn.
      if (!this.#isAway) return undefined;
      const isClaimed = this.#mirror.isClaimed(draft);
      const claim = `${claimOf(draft)} of ${draft.stream}`;
      if (isClaimed) throw new GreenlightError("GL_STEP_CLAIMED", claim);
      if (isClaimed === undefined)
        throw new GreenlightError(
          "GL_STORAGE_AWAY",
          `whether there is a ${claim}, nobody can tell`,
        );
      const { event } = chained(
        { ...draft, late: true },
        this.#mirror.headOf(draft.stream),
        digest,
      );
      await spool.append(draft);
      this.#mirror.take(event);
      onSpooled(draft);
      return event;
    });
    return spooled ?? (await this.append(draft));
  }

  #inTime<T>(ask: () => Promise<T>): Promise<T> {
    return bounded(ask, { clock: this.#tools.clock, withinMs: ANSWER_WITHIN_MS });
  }

  #noteAway(error: unknown): void {
    if (codeOf(error) !== "GL_STORAGE_AWAY") throw error;
    if (!this.#isAway) this.#tools.onChange(reasonOf(error));
    this.#isAway = true;
  }
}

/** Nobody who moves an application waits longer for the record of it. */
const ANSWER_WITHIN_MS = 2_000;
const RETRY_MS = 500;
