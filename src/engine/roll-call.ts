import type { VantageState } from "../domain/observation.ts";
import { standingOf } from "../domain/view.ts";
import type { Visit, Visiting } from "../domain/visit.ts";
import type { Bus, Signal } from "./ports/bus.ts";
import type { Clock } from "./ports/clock.ts";
import type { Envoy } from "./ports/envoy.ts";

export interface RollCallTools {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly signal: AbortSignal;
  /** Of this process, and of no other. */
  readonly asker: string;
  /** Those of the configuration: nobody else is heard. */
  readonly vantages: readonly string[];
}

/** For one application. */
export interface Patience {
  /** A vantage that said no more of itself than that long ago is absent. */
  readonly freshMs: number;
  /** What one visit may take. */
  readonly visitMs: number;
}

/**
 * Sends the vantages that can be sent: those that are fit, and answer when the roll is called. One
 * that is dead, cut off from us or too old to know the question is soon not asked any more, so that
 * it never makes a good operation hold.
 */
export class RollCall {
  readonly #tools: RollCallTools;
  readonly #states = new Map<string, VantageState>();
  /** By vantage, on the monotonic clock: when it answered us last. */
  readonly #answeredMs = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #knowsFromMs: number;
  #sent = 0;

  constructor(tools: RollCallTools) {
    this.#tools = tools;
    this.#knowsFromMs = tools.clock.monotonicMs() + FIRST_MS;
  }

  /** Calls the roll until the signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { clock, bus, signal, asker } = this.#tools;
    const unsubscribe = bus.subscribe((heard) => this.#take(heard));
    while (!signal.aborted) {
      bus.publish({ type: "roll", asker });
      await clock.sleep(ROLL_MS, signal).catch(() => undefined);
    }
    unsubscribe();
  }

  /** One for each vantage that can be sent now. Of a process that has just started, once that is known. */
  async envoys(patience: Patience, signal: AbortSignal): Promise<readonly Envoy[]> {
    const { clock, vantages } = this.#tools;
    const unknownMs = this.#knowsFromMs - clock.monotonicMs();
    if (unknownMs > 0) await clock.sleep(unknownMs, signal);
    const present = vantages.filter((vantage) => this.#isPresent(vantage, patience));
    return present.map((vantage) => ({
      vantage,
      visit: (visiting, until) => this.#send(vantage, visiting, { patience, signal: until }),
    }));
  }

  /** The bus may lose a signal: it is told again until an answer is there. */
  async #send(vantage: string, visiting: Visiting, { patience, signal }: Bounds): Promise<Visits> {
    const { clock, bus, asker } = this.#tools;
    this.#sent += 1;
    const id = `${asker}.${this.#sent}`;
    const answer = new Promise<Visits>((resolve) => this.#waiting.set(id, { vantage, resolve }));
    const untilMs = clock.monotonicMs() + patience.visitMs * visiting.times;
    try {
      for (;;) {
        bus.publish({ type: "visit", id, vantage, visiting });
        const visits = await this.#within(AGAIN_MS, { answer, signal });
        if (visits) return visits;
        if (clock.monotonicMs() >= untilMs || !this.#isPresent(vantage, patience)) return SILENCE;
      }
    } finally {
      this.#waiting.delete(id);
    }
  }

  async #within(ms: number, { answer, signal }: Awaiting): Promise<Visits | undefined> {
    const over = new AbortController();
    const late = this.#tools.clock.sleep(ms, AbortSignal.any([signal, over.signal]));
    try {
      return await Promise.race([answer, late.then(() => undefined)]);
    } finally {
      over.abort(ANSWERED);
    }
  }

  #isPresent(vantage: string, { freshMs }: Patience): boolean {
    const { clock } = this.#tools;
    const state = this.#states.get(vantage);
    const answeredMs = this.#answeredMs.get(vantage);
    if (!state || answeredMs === undefined) return false;
    const isFit = standingOf({ now: clock.wallMs(), freshMs }, state) === "fit";
    return isFit && clock.monotonicMs() - answeredMs <= ANSWERS_WITHIN_MS;
  }

  #take(heard: Signal): void {
    const { asker, vantages, clock } = this.#tools;
    if (heard.type === "vantage" && vantages.includes(heard.state.vantage))
      this.#states.set(heard.state.vantage, heard.state);
    if (heard.type === "present" && heard.asker === asker && vantages.includes(heard.vantage))
      this.#answeredMs.set(heard.vantage, clock.monotonicMs());
    if (heard.type !== "visited") return;
    const waiting = this.#waiting.get(heard.id);
    // What somebody else says in a vantage's stead is no answer.
    if (waiting?.vantage === heard.vantage) waiting.resolve(heard.visits);
  }
}

type Visits = readonly Visit[];

interface Waiting {
  readonly vantage: string;
  readonly resolve: (visits: Visits) => void;
}

interface Bounds {
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

interface Awaiting {
  readonly answer: Promise<Visits>;
  readonly signal: AbortSignal;
}

const SILENCE: Visits = [{ address: "", whyNot: "it did not answer" }];
const ANSWERED = new Error("it answered");
const ROLL_MS = 500;
/** A vantage that let three rolls pass is not asked. */
const ANSWERS_WITHIN_MS = 2_000;
const AGAIN_MS = 500;
/** In it every vantage has spoken of itself, and heard a roll or two. */
const FIRST_MS = 1_500;
