import type { SystemClock } from "../../src/adapters/clock/system-clock.ts";

/**
 * Asks in a steady rhythm, questions overlapping, until one is answered as it should be. Its result
 * is that answer, and when it came: wall clock, in ms since 1970.
 */
export async function firstAnswer<T>(
  ask: (count: number) => Promise<T | undefined>,
  { clock, signal }: { readonly clock: SystemClock; readonly signal: AbortSignal },
): Promise<{ readonly answer: T; readonly at: number }> {
  const found = new AbortController();
  const either = AbortSignal.any([signal, found.signal]);
  let first: { readonly answer: T; readonly at: number } | undefined;
  const underWay = new Set<Promise<void>>();
  for (let count = 1; !either.aborted; count += 1) {
    const asking = ask(count)
      .then((answer) => {
        if (answer === undefined || first) return;
        first = { answer, at: clock.wallMs() };
        found.abort();
      })
      .catch(() => undefined)
      .finally(() => underWay.delete(asking));
    underWay.add(asking);
    await clock.sleep(INTERVAL_MS, either).catch(() => undefined);
    if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (!first) throw signal.reason;
  return first;
}

const INTERVAL_MS = 10;
const MAX_UNDER_WAY = 60;
