import { SystemClock } from "../../src/adapters/clock/system-clock.ts";

/** Asks again and again, in real time, until it holds; rejects when the time is over. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { withinMs }: { readonly withinMs: number },
): Promise<void> {
  const clock = new SystemClock();
  const deadlineMs = clock.monotonicMs() + withinMs;
  while (!(await condition())) {
    if (clock.monotonicMs() > deadlineMs) throw new Error(`did not hold within ${withinMs} ms`);
    await clock.sleep(POLL_MS, new AbortController().signal);
  }
}

const POLL_MS = 5;
