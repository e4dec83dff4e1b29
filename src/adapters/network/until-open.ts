import type { Clock } from "../../engine/ports/clock.ts";

/**
 * What `open` gives, tried again for as long as that can't be reached: after 100 ms, 200 and so on,
 * never more than 5 s. Each failure is told. Rejects with the signal's reason, or at once with what
 * no trying mends.
 */
export async function untilOpen<T>(
  open: () => Promise<T>,
  {
    clock,
    signal,
    isPassing,
    onError,
  }: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    /** May the same call succeed later? */
    readonly isPassing: (error: unknown) => boolean;
    readonly onError: (error: unknown, againInMs: number) => void;
  },
): Promise<T> {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(2 * delayMs, MAX_DELAY_MS)) {
    signal.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      if (!isPassing(error)) throw error;
      onError(error, delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;
