import { reasonOf } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { bounded } from "../storage/bounded.ts";
import { awayOf, isAnswer } from "./away.ts";

/** How long a journal is waited for, and whether it is away by now: one that is, nobody waits for. */
export class Patience {
  readonly #clock: Clock;
  readonly #onAway: (why: string) => void;
  #isAway: boolean;
  /** Aborts when it is found away: what was asked before need not wait for its own bound. */
  #found = new AbortController();

  constructor(
    isAway: boolean,
    how: { readonly clock: Clock; readonly onAway: (why: string) => void },
  ) {
    this.#clock = how.clock;
    this.#onAway = how.onAway;
    this.#isAway = isAway;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** Of one that is not away, as far as is known: until that is. */
  inTime<T>(ask: (late: AbortSignal) => Promise<T>): Promise<T> {
    const [clock, until] = [this.#clock, this.#found.signal];
    return bounded(ask, { clock, withinMs: ANSWER_WITHIN_MS, until });
  }

  /** Of one that is away, and may be back. */
  again<T>(ask: (late: AbortSignal) => Promise<T>): Promise<T> {
    return bounded(ask, { clock: this.#clock, withinMs: ANSWER_WITHIN_MS });
  }

  /** Throws it where it is what a journal that works answers. */
  noteFailure(error: unknown): void {
    if (isAnswer(error)) throw error;
    if (this.#isAway) return;
    const away = awayOf(error);
    this.#isAway = true;
    this.#found.abort(away);
    this.#onAway(reasonOf(away));
  }

  noteBack(): void {
    this.#isAway = false;
    this.#found = new AbortController();
  }
}

/**
 * Nobody who moves an application waits longer for the record of it, once in all. To take a slow
 * one for away costs a page and a replay; to wait for one that hung with the primary costs users.
 */
const ANSWER_WITHIN_MS = 700;
