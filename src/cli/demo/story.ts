import type { CallHttp } from "../../adapters/http/http-call.ts";
import type { JournalEvent } from "../../domain/event.ts";
import { perform, type Stage } from "./act.ts";
import type { Answer } from "./answer.ts";
import { Chronicle } from "./chronicle.ts";
import type { DemoTools } from "./demo-tools.ts";
import type { FaultCase } from "./fault-table.ts";
import { follow } from "./follow.ts";
import { Panel } from "./panel.ts";
import type { World } from "./world.ts";

export interface StoryOptions {
  readonly world: World;
  readonly call: CallHttp;
  /** Of the journal: from here on it is told. */
  readonly position: number;
  readonly fault: FaultCase;
}

/** Calm, the fault, and what comes of it. */
export class Story {
  readonly #options: StoryOptions;
  readonly #tools: DemoTools;
  readonly #chronicle = new Chronicle();
  /** By operation: has it come to an end, or to a hold? */
  readonly #operations = new Map<string, boolean>();
  readonly #heard = new Set<string>();

  constructor(options: StoryOptions, tools: DemoTools) {
    this.#options = options;
    this.#tools = tools;
  }

  /** An answer that a client got. The first good ones from green are news. */
  hear({ cluster, verb, answeredAt, askedAt }: Answer): void {
    if (cluster !== "green" || this.#heard.has(verb)) return;
    this.#heard.add(verb);
    const text = verb === "read" ? "first correct answer" : "first correct write";
    const took = `by name, ${answeredAt - askedAt} ms after it was asked`;
    this.#tools.screen.tell({ at: answeredAt, what: "green serves", text: `${text}, ${took}` });
  }

  /** Until it is over and told; its result is the ids of the operations. */
  async play(): Promise<readonly string[]> {
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
      await Promise.race([this.#go(), following]);
    } finally {
      over.abort();
      await Promise.all([following.catch(() => undefined), telling]);
    }
    return [...this.#operations.keys()];
  }

  async #go(): Promise<void> {
    const { fault } = this.#options;
    const { clock, screen, signal } = this.#tools;
    const stage = this.#stage();
    await clock.sleep(CALM_MS, signal);
    for (const act of fault.before ?? []) await perform(act, stage);
    const at = clock.wallMs();
    screen.start(at);
    screen.tell({ at, what: "FAULT", text: fault.what });
    for (const act of fault.acts) await perform(act, stage);
    const { outcome } = fault.expected;
    if (outcome === undefined) await this.#until(() => false, WATCH_MS);
    else await this.#until(() => this.#isOver(), MOVE_MS);
    await clock.sleep(outcome === undefined ? 0 : TAIL_MS, signal);
  }

  #stage(): Stage {
    const { world, call } = this.#options;
    const { clock, signal, screen } = this.#tools;
    return {
      world,
      clock,
      signal,
      panel: new Panel(world.file.faults, call, signal),
      untilOpened: () => this.#until(() => this.#operations.size > 0, MOVE_MS),
      tell: (text) => screen.tell({ at: clock.wallMs(), what: "...", text }),
    };
  }

  #take(event: JournalEvent): void {
    const { stream, type } = event;
    if (type === "operation.opened") this.#operations.set(stream, false);
    if (type === "operation.ended" || type === "operation.held") this.#operations.set(stream, true);
    if (type === "operation.resumed") this.#operations.set(stream, false);
    this.#tools.screen.tell(...this.#chronicle.take(event));
  }

  #isOver(): boolean {
    return this.#operations.size > 0 && [...this.#operations.values()].every((over) => over);
  }

  /** Or until the time is over; who judges sees the difference. */
  async #until(condition: () => boolean, withinMs: number): Promise<void> {
    const { clock, signal } = this.#tools;
    const deadlineMs = clock.monotonicMs() + withinMs;
    while (!condition() && clock.monotonicMs() < deadlineMs) {
      this.#options.world.assertRunning();
      await clock.sleep(POLL_MS, signal);
    }
  }
}

const CALM_MS = 2_000;
/** So long the demo looks on where nothing should move. */
const WATCH_MS = 6_000;
const MOVE_MS = 25_000;
/** For clients whose resolvers still keep the old answer. */
const TAIL_MS = 1_500;
const POLL_MS = 20;
