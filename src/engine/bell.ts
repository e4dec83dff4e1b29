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
      // Waits are many and the signal is old: `AbortSignal.any` would leave something behind at it.
      const stop = () => over.abort(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      let isOver = false;
      const slept = clock.sleep(ms, over.signal).then(
        () => {
          isOver = true;
        },
        () => signal.throwIfAborted(),
      );
      try {
        await Promise.race([rung, slept]);
      } finally {
        signal.removeEventListener("abort", stop);
        if (!isOver) over.abort(WOKEN);
        this.#wake = undefined;
      }
    }
    this.#rung = false;
  }
}

const WOKEN = new Error("woken");
