import type { Observation } from "../domain/observation.ts";
import { Bell } from "./bell.ts";
import type { Bus } from "./ports/bus.ts";
import type { Clock } from "./ports/clock.ts";
import type { Probe } from "./ports/probe.ts";

export interface Pace {
  readonly intervalMs: number;
  /** Between two asks after a first failure; they overlap. */
  readonly burstMs: number;
  /** The probe's own bound; an answer much later than it was held up by us. */
  readonly timeoutMs: number;
  /** Asks of a burst: enough to reach the failure threshold. */
  readonly burst: number;
}

export interface AskTools {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly signal: AbortSignal;
}

export interface Standpoint {
  readonly application: string;
  readonly vantage: string;
  /** Vantages out of phase see a crash sooner than vantages in step. */
  readonly phaseMs: number;
}

/**
 * Asks one target from one vantage until the signal aborts: at its interval, and in a burst of
 * overlapping asks after its own first failure or a hint from another vantage. Never rejects.
 */
export async function askForever(
  probe: Probe,
  at: Standpoint,
  { pace, tools }: { readonly pace: Pace; readonly tools: AskTools },
): Promise<void> {
  const { clock, bus, signal } = tools;
  const bell = new Bell();
  let left = 0;
  let inFlight = 0;
  let failing = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  const unsubscribe = bus.subscribe((hint) => {
    if (hint.type !== "hint" || hint.application !== at.application) return;
    if (hint.cluster !== probe.cluster || left > 0) return;
    left = pace.burst;
    bell.ring();
  });
  const askOnce = async (): Promise<void> => {
    inFlight += 1;
    const observation = await observe(probe, at, { pace, tools });
    inFlight -= 1;
    if (signal.aborted) return;
    bus.publish({ type: "observation", observation });
    const { answer } = observation;
    if (answer === "unknown") return;
    const first = answer !== "ok" && !failing;
    failing = answer !== "ok";
    if (first) bus.publish({ type: "hint", application: at.application, cluster: probe.cluster });
  };
  try {
    await clock.sleep(at.phaseMs, signal);
    while (!signal.aborted) {
      const sinceMs = clock.monotonicMs() - lastMs;
      if (sinceMs < pace.burstMs) await clock.sleep(pace.burstMs - sinceMs, signal);
      lastMs = clock.monotonicMs();
      left = Math.max(0, left - 1);
      if (inFlight < MAX_IN_FLIGHT) void askOnce();
      await bell.wait(left > 0 ? pace.burstMs : pace.intervalMs, { clock, signal });
    }
  } catch {
    // Only the signal ends it.
  } finally {
    unsubscribe();
  }
}

async function observe(
  probe: Probe,
  at: Standpoint,
  { pace, tools: { clock, signal } }: { pace: Pace; tools: AskTools },
): Promise<Observation> {
  const askedAt = clock.wallMs();
  const askedMs = clock.monotonicMs();
  const asked = await probe.ask(signal);
  const latencyMs = clock.monotonicMs() - askedMs;
  // A process that was stopped finds its timers over and its answers unread: that says nothing.
  const late = latencyMs > pace.timeoutMs + LATE_MS;
  return {
    at: askedAt,
    application: at.application,
    cluster: probe.cluster,
    layer: probe.layer,
    probe: probe.name,
    vantage: at.vantage,
    latencyMs,
    ...(late ? { answer: "unknown", detail: "our own timer was late" } : asked),
  };
}

const LATE_MS = 100;
const MAX_IN_FLIGHT = 10;
