import type { Bus } from "./ports/bus.ts";
import type { Clock } from "./ports/clock.ts";
import type { Probe } from "./ports/probe.ts";

export interface SelfCheck {
  readonly vantage: string;
  readonly failureDomain: string;
  /** What this vantage must be able to reach, whatever happens to the clusters. */
  readonly controls: readonly Probe[];
  readonly intervalMs: number;
}

/**
 * A vantage looks at itself: can it reach any control target, and is its own event loop in time?
 * Tells the bus at its interval, after a hint, and at once when its own loop was late. Ends with
 * the signal, and never rejects.
 */
export async function checkForever(
  check: SelfCheck,
  {
    clock,
    bus,
    signal,
  }: { readonly clock: Clock; readonly bus: Bus; readonly signal: AbortSignal },
): Promise<void> {
  let unfitUntilMs = Number.NEGATIVE_INFINITY;
  let lateMs = 0;
  let whyCutOff: string | undefined = "its control targets were not asked yet";
  const publish = () => {
    const stalled = clock.monotonicMs() < unfitUntilMs;
    const whyNotFit = stalled ? `its event loop was ${Math.round(lateMs)} ms late` : whyCutOff;
    const { vantage, failureDomain } = check;
    const state = { at: clock.wallMs(), vantage, failureDomain };
    bus.publish({ type: "vantage", state: { ...state, ...(whyNotFit && { whyNotFit }) } });
  };
  const ask = async () => {
    const answers = await Promise.all(check.controls.map((control) => control.ask(signal)));
    if (signal.aborted) return;
    const reached = check.controls.length === 0 || answers.some(({ answer }) => answer === "ok");
    whyCutOff = reached ? undefined : "it reaches none of its control targets";
    publish();
  };
  const unsubscribe = bus.subscribe((hint) => {
    if (hint.type === "hint") void ask();
  });
  try {
    let nextMs = clock.monotonicMs();
    while (!signal.aborted) {
      if (clock.monotonicMs() >= nextMs) {
        void ask();
        nextMs = clock.monotonicMs() + check.intervalMs;
      }
      const dueMs = clock.monotonicMs() + TICK_MS;
      await clock.sleep(TICK_MS, signal);
      const overdueMs = clock.monotonicMs() - dueMs;
      if (overdueMs > MAX_LATE_MS) {
        lateMs = overdueMs;
        unfitUntilMs = clock.monotonicMs() + RECOVERY_MS;
        publish();
      }
    }
  } catch {
    // Only the signal ends it.
  } finally {
    unsubscribe();
  }
}

const TICK_MS = 50;
/** Beyond this its own answers are not to be trusted. */
const MAX_LATE_MS = 300;
/** How long it abstains after that: what was under way meanwhile is answered or over by then. */
const RECOVERY_MS = 600;
