import { SystemClock } from "../../src/adapters/clock/system-clock.ts";

export interface Patience {
  readonly withinMs: number;
  /** Between two times of asking, where asking costs something. */
  readonly everyMs?: number;
}

/** Asks again and again, in real time, until it holds; rejects when the time is over. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { withinMs, everyMs = POLL_MS }: Patience,
): Promise<void> {
  const clock = new SystemClock();
  const deadlineMs = clock.monotonicMs() + withinMs;
  while (!(await condition())) {
    if (clock.monotonicMs() > deadlineMs) throw new Error(`did not hold within ${withinMs} ms`);
    await clock.sleep(everyMs, new AbortController().signal);
  }
}

const POLL_MS = 5;
