import type { JournalEvent, Outcome } from "../../domain/event.ts";
import type { Answer } from "./answer.ts";
import { Chronicle } from "./chronicle.ts";
import type { DemoTools } from "./demo-tools.ts";
import { Flicker } from "./flicker.ts";
import { follow } from "./follow.ts";
import type { World } from "./world.ts";

/** One that was opened while it was told of. */
export interface ToldOperation {
  readonly id: string;
  readonly kind: string;
  readonly state: "running" | "held" | Outcome;
}

export interface NarratorOptions {
  readonly world: World;
  /** Of the journal: from here on it is told. */
  readonly position: number;
}

/** Tells what happens as the journal has it, and knows how far each operation is. */
export class Narrator {
  readonly #options: NarratorOptions;
  readonly #tools: DemoTools;
  readonly #chronicle = new Chronicle();
  readonly #flicker = new Flicker();
  #newestMs = 0;
  readonly #operations = new Map<string, ToldOperation>();
  #awaited: { readonly cluster: string; readonly verbs: Set<string> } | undefined;

  constructor(options: NarratorOptions, tools: DemoTools) {
    this.#options = options;
    this.#tools = tools;
  }

  /** In the order in which they were opened. */
  get operations(): readonly ToldOperation[] {
    return [...this.#operations.values()];
  }

  /** Until what is played is over; then all of it has been told. */
  async during<T>(play: () => Promise<T>): Promise<T> {
    const { screen, clock, signal } = this.#tools;
    const { world, position } = this.#options;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const following = follow(position, (event) => this.#take(event), {
      client: world.client,
      clock,
      signal: either,
    });
    const telling = screen.run(either);
    try {
      return await Promise.race([play(), following.then(() => Promise.reject(either.reason))]);
    } finally {
      over.abort();
      await Promise.all([following.catch(() => undefined), telling]);
    }
  }

  /** From here on that cluster's first good answers are news. */
  awaitAnswersOf(cluster: string): void {
    this.#awaited = { cluster, verbs: new Set() };
  }

  /** An answer that a client got. */
  hear({ cluster, verb, answeredAt, askedAt }: Answer): void {
    const awaited = this.#awaited;
    if (awaited === undefined || cluster !== awaited.cluster || awaited.verbs.has(verb)) return;
    awaited.verbs.add(verb);
    const text = verb === "read" ? "first correct answer" : "first correct write";
    const took = `by name, ${answeredAt - askedAt} ms after it was asked`;
    this.#tools.screen.tell({
      at: answeredAt,
      what: `${cluster} serves`,
      text: `${text}, ${took}`,
    });
  }

  /** Or until the time is over: did it come true? */
  async until(condition: () => boolean, withinMs: number): Promise<boolean> {
    const { clock, signal } = this.#tools;
    const deadlineMs = clock.monotonicMs() + withinMs;
    while (!condition() && clock.monotonicMs() < deadlineMs) {
      this.#options.world.assertRunning();
      await clock.sleep(POLL_MS, signal);
    }
    return condition();
  }

  /** Until nothing more comes of what was done so far, or for as long as that may take. */
  async caughtUp(): Promise<void> {
    const { clock } = this.#tools;
    await this.until(() => clock.monotonicMs() - this.#newestMs > QUIET_MS, CAUGHT_UP_MS);
  }

  #take(event: JournalEvent): void {
    const { stream: id, type } = event;
    if (type === "operation.opened")
      this.#operations.set(id, { id, kind: event.plan.kind, state: "running" });
    const known = this.#operations.get(id);
    if (known) this.#operations.set(id, { ...known, state: stateAfter(event) ?? known.state });
    this.#newestMs = this.#tools.clock.monotonicMs();
    this.#tools.screen.tell(...this.#flicker.fold(event, this.#chronicle.take(event)));
  }
}

function stateAfter(event: JournalEvent): ToldOperation["state"] | undefined {
  if (event.type === "operation.ended") return event.outcome;
  if (event.type === "operation.held") return "held";
  return event.type === "operation.resumed" ? "running" : undefined;
}

const POLL_MS = 20;
/** Longer than the journal is asked for news at a time. */
const QUIET_MS = 700;
const CAUGHT_UP_MS = 5_000;
