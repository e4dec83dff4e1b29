import type { Log } from "../adapters/log/log.ts";
import { LEDGER } from "../domain/event.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";

export interface RefusalTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Of who has one at hand. */
  readonly journal?: Pick<Journal, "append"> | undefined;
}

/** Notes what was forged, and not as much of it as somebody likes to send. */
export function createRefusals(
  of: "job" | "signal",
  { clock, log, journal }: RefusalTools,
): (why: string) => void {
  let [sinceMs, refused] = [Number.NEGATIVE_INFINITY, 0];
  return (reason) => {
    if (clock.monotonicMs() - sinceMs > PER_MS) {
      if (refused > MOST) log.warn({ times: refused - MOST }, `a ${of} was refused, more often`);
      [sinceMs, refused] = [clock.monotonicMs(), 0];
    }
    refused += 1;
    if (refused > MOST) return;
    log.warn({ reason }, `a ${of} was refused`);
    const fact = { type: `${of}.refused`, reason, stream: LEDGER, epoch: 0 } as const;
    journal
      ?.append({ ...fact, at: clock.wallMs() })
      .catch((err: unknown) => log.warn({ err }, `the refusal of a ${of} was not noted`));
  };
}

/** A process with another key, or of another version, is refused all day. */
const PER_MS = 600_000;
const MOST = 10;
