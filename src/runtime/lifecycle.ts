import { SystemClock } from "../adapters/clock/system-clock.ts";
import type { Log } from "../adapters/log/log.ts";

/** How long a process that was told to stop may take to put things down. */
const DRAIN_MS = 8_000;

/**
 * A signal that aborts on SIGTERM or SIGINT. A second one, or a drain that takes too long, ends the
 * process at once: what it was doing is resumed from the journal.
 */
export function untilToldToStop(log: Log): AbortSignal {
  const stop = new AbortController();
  const clock = new SystemClock();
  const tell = (name: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(FORCED);
    log.info(`${name}: it puts things down and stops`);
    stop.abort(new Error(`told to stop by ${name}`));
    clock.timeout(DRAIN_MS).addEventListener("abort", () => process.exit(FORCED));
  };
  process.on("SIGTERM", tell);
  process.on("SIGINT", tell);
  return stop.signal;
}

/** Ends the process with the status that it has by then, should anything keep it alive for so long. */
export function exitAfter(ms: number, clock: SystemClock): void {
  clock.timeout(ms).addEventListener("abort", () => process.exit());
}

/** 128 + SIGTERM, as shells say it. */
const FORCED = 143;
