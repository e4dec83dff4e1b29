import type { Clock } from "./ports/clock.ts";

/** Wakes a loop that would otherwise look again only after its poll's time. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Until the bell rings, or has rung since the last wait, or the time is over. One waiter. */
  async wait(ms: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
    if (!this.#rung) {
      const over = new AbortController();
      const rung = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const either = AbortSignal.any([signal, over.signal]);
      const slept = clock.sleep(ms, either).catch(() => signal.throwIfAborted());
      await Promise.race([rung, slept]);
      over.abort(new Error("woken"));
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
