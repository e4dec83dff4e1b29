import type { Clock } from "../engine/ports/clock.ts";

export interface AbsenceTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Why something is away; without a reason: it is back. */
  readonly tell: (whyNot: string | undefined) => void;
}

/** Tells people that something is away once that lasts: one that is slow for a moment wakes nobody. */
export class Absence {
  readonly #tools: AbsenceTools;
  #now: { why: string; isTold: boolean } | undefined;

  constructor(tools: AbsenceTools) {
    this.#tools = tools;
  }

  note(whyNot: string | undefined): void {
    const { clock, signal, tell } = this.#tools;
    const before = this.#now;
    this.#now = whyNot === undefined ? undefined : { why: whyNot, isTold: false };
    if (before?.isTold) tell(undefined);
    const now = this.#now;
    if (!now) return;
    const tellIt = () => {
      if (this.#now !== now) return;
      now.isTold = true;
      tell(now.why);
    };
    clock.sleep(LASTS_MS, signal).then(tellIt, () => undefined);
  }

  /** What is known better by now, as why a new try has failed. */
  explain(why: string): void {
    if (this.#now) this.#now.why = why;
  }
}

const LASTS_MS = 3_000;
