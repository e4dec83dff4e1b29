import type { DataStatus } from "./data-status.ts";

/** At most so much is lost if the standby's store is promoted. */
export type LossBound = {
  /** null: nobody knows. */
  readonly ms: number | null;
  /** proven: the primary answered, is fenced, and the standby has all of it. */
  readonly confidence: "proven" | "estimated" | "unknown";
  /** How it was found, for people. */
  readonly method: string;
  /** What weakens it, or why it is not known; for people. */
  readonly reasons: readonly string[];
};

export interface LossInput {
  /** The last instant at which the primary could have acknowledged a write; null: no failure seen. */
  readonly firstFailedAt: number | null;
  /** undefined: it did not answer. */
  readonly standby: DataStatus | undefined;
  readonly primary: DataStatus | undefined;
  readonly now: number;
}

/** Heartbeats bear the primary's clock, and clocks differ by this much at most, or can't be used. */
const MAX_CLOCK_OFFSET_MS = 250;

/**
 * The first failed probe minus the newest heartbeat that the standby has applied. Not now minus
 * heartbeat: that grows with the outage, and would forbid the move after as long as the RPO.
 */
export function lossBound(input: LossInput): LossBound {
  const { firstFailedAt, standby, primary, now } = input;
  if (!standby) return unknown("the standby's store does not answer");
  const why = whyNotUsable(standby);
  if (why !== undefined) return unknown(why);
  if (primary && hasReached(standby, primary))
    return { ms: 0, confidence: "proven", method: REACHED, reasons: [] };
  const { heartbeatAt } = standby;
  if (heartbeatAt === null) return unknown("the standby's store has applied no heartbeat");
  if (!isUsable(heartbeatAt, Math.min(now, standby.observedAt)))
    return unknown("the newest heartbeat lies in the future: the clocks differ too much");
  if (firstFailedAt === null || !Number.isFinite(firstFailedAt))
    return unknown("no failed probe says until when the primary could have acknowledged writes");
  const reasons = [...whyEstimated(primary), ...standby.reasons];
  const ms = Math.max(0, firstFailedAt - heartbeatAt);
  return { ms, confidence: "estimated", method: SUBTRACTED, reasons };
}

const REACHED = "the primary is fenced, and the standby has applied its last position";
const SUBTRACTED = "first failed probe minus the newest heartbeat applied on the standby";

function whyNotUsable({ role, confidence, reasons }: DataStatus): string | undefined {
  if (role === "primary") return "the standby's store is a primary itself";
  // A former primary: its newest heartbeat is its own, and says nothing of what it has not got.
  if (role === "fenced") return "the standby's store is fenced, and follows nobody";
  if (confidence !== "unknown") return undefined;
  return ["the standby's store does not know its own state", ...reasons].join(": ");
}

/** The primary can't acknowledge any more, and all that it ever did is there. */
function hasReached(standby: DataStatus, primary: DataStatus): boolean {
  if (primary.role !== "fenced" || primary.confidence === "unknown") return false;
  return primary.engine === standby.engine && standby.position >= primary.position;
}

function isUsable(heartbeatAt: number, now: number): boolean {
  return heartbeatAt <= now + MAX_CLOCK_OFFSET_MS;
}

function whyEstimated(primary: DataStatus | undefined): readonly string[] {
  if (!primary) return ["the primary's store does not answer"];
  return primary.role === "fenced"
    ? ["the standby has not reached the position at which the primary was fenced"]
    : ["the primary's store is not fenced"];
}

function unknown(reason: string): LossBound {
  return { ms: null, confidence: "unknown", method: "none", reasons: [reason] };
}
