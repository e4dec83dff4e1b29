import { type DecisionContext, GUARDS, type GuardName, primaryVerdict } from "./guard.ts";
import type { JsonObject } from "./json.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** Why the application does not move. `code` is for machines, `text` for people. */
export interface Reason {
  readonly code: GuardName | "opening";
  readonly text: string;
}

/** What we do about a verdict, and why. */
export interface Decision {
  /** stay: there is nothing to do. hold: there is, and only a human may: page one. */
  readonly action: "move" | "stay" | "hold";
  /** Of the primary. */
  readonly verdict: VerdictKind;
  /** Why not move; none for `move`. */
  readonly reasons: readonly Reason[];
  /** What it was decided on. */
  readonly facts: JsonObject;
}

/** Every reason not to move, in the guards' order. */
export function whyNotMove(context: DecisionContext): readonly Reason[] {
  return GUARDS.flatMap(({ name, whyNot }) => {
    const text = whyNot(context);
    return text === undefined ? [] : [{ code: name, text }];
  });
}

/** A verdict that does not call for a move ends it there; what else forbids one then is no news. */
export function decide(context: DecisionContext): Decision {
  const reasons = whyNotMove(context);
  const verdict = primaryVerdict(context)?.kind ?? "inconclusive";
  const facts = factsOf(context);
  if (reasons.length === 0) return { action: "move", verdict, reasons, facts };
  const idle = reasons.some(({ code }) => code === "verdict");
  const action = idle && context.adoptionProblem === undefined ? "stay" : "hold";
  const told = idle ? reasons.filter(({ code }) => TOLD_WHEN_IDLE.includes(code)) : reasons;
  return { action, verdict, reasons: told, facts };
}

/** Is it the same for people? Times that remain and amounts that grow make no other decision. */
export function isSameDecision(one: Decision, other: Decision): boolean {
  const codes = (decision: Decision) => decision.reasons.map(({ code }) => code).join(" ");
  return (
    one.action === other.action && one.verdict === other.verdict && codes(one) === codes(other)
  );
}

const TOLD_WHEN_IDLE: readonly Reason["code"][] = ["verdict", "adoption"];

function factsOf(context: DecisionContext): JsonObject {
  const { application, suspicion } = context;
  const verdicts = Object.entries(context.verdicts).map(
    ([cluster, { kind, evidence }]) => [cluster, { kind, evidence }] as const,
  );
  return {
    at: context.now,
    from: context.primary ?? null,
    to: context.to,
    verdicts: Object.fromEntries(verdicts),
    lastGoodAt: suspicion?.lastGoodAt ?? null,
    firstFailedAt: suspicion?.firstFailedAt ?? null,
    losses: context.losses,
    rpoMs: application.objectives.rpoMs,
    moveOn: application.policy.moveOn,
    quorum: application.policy.quorum,
    failureDomains: context.failureDomains,
    primaryAnswers: context.primaryAnswers,
    lastMoveEndedAt: context.lastMoveEndedAt ?? null,
  };
}
