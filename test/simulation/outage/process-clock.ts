import type { Clock } from "../../../src/engine/ports/clock.ts";

/** Time as one process has it: one that is stopped wakes late, and one that is dead never. */
export class ProcessClock implements Clock {
  readonly #clock: Clock;
  readonly #life: AbortSignal;
  #stalledUntilMs = 0;

  constructor(clock: Clock, life: AbortSignal) {
    this.#clock = clock;
    this.#life = life;
  }

  stall(ms: number): void {
    this.#stalledUntilMs = this.#clock.monotonicMs() + ms;
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal);
    await this.awake();
  }

  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    const late = () => controller.abort(new Error(`No result within ${ms} ms`));
    this.sleep(ms, this.#life).then(late, () => undefined);
    return controller.signal;
  }

  /** Until it is not stopped any more. */
  async awake(): Promise<void> {
    for (;;) {
      const leftMs = this.#stalledUntilMs - this.#clock.monotonicMs();
      if (leftMs <= 0) return;
      await this.#clock.sleep(leftMs, this.#life);
    }
  }
}
