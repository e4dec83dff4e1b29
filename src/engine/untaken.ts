import type { Clock } from "./ports/clock.ts";

/**
 * Jobs that wait in a shared queue and that nobody takes: no worker is there, or their line to the
 * queue is dead and none of them has noticed.
 */
export class Untaken {
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** By id, the oldest first: on the monotonic clock. */
  readonly #sinceMs = new Map<string, number>();
  #idleUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Has it waited for long enough by now? */
  isLate(id: string, state: string): boolean {
    if (state !== "waiting") {
      if (this.#sinceMs.delete(id)) this.#idleUntilMs = Number.NEGATIVE_INFINITY;
      return false;
    }
    const nowMs = this.#clock.monotonicMs();
    const sinceMs = this.#sinceMs.get(id) ?? nowMs;
    this.#sinceMs.set(id, sinceMs);
    const [oldest = id] = this.#sinceMs.keys();
    if (this.#sinceMs.size > REMEMBERED) this.#sinceMs.delete(oldest);
    return nowMs - sinceMs >= TAKEN_WITHIN_MS;
  }

  /** One was taken back: the next ones would not be taken either. */
  noteTakenBack(id: string): void {
    this.#sinceMs.delete(id);
    this.#idleUntilMs = this.#clock.monotonicMs() + IDLE_MS;
  }

  /** Is it no use to hand out a job just now? */
  get isIdle(): boolean {
    return this.#clock.monotonicMs() < this.#idleUntilMs;
  }
}

const TAKEN_WITHIN_MS = 2_000;
/** By then a worker has noticed that its line is dead, or the queue is tried again. */
const IDLE_MS = 15_000;
const REMEMBERED = 100;
