import { type DecisionContext, GUARDS, type GuardName, primaryVerdict } from "./guard.ts";
import type { JsonObject } from "./json.ts";
import { wasSetBack } from "./observation.ts";
import type { FaultBounds } from "./suspicion.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** Why the application does not move. `code` is for machines, `text` for people. */
export interface Reason {
  readonly code: GuardName | "opening" | "unserved" | "blind";
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

/**
 * A verdict that does not call for a move ends it there; what else forbids one then is no news. But
 * where users go without for long and nothing will move, a human must know.
 */
export function decide(context: DecisionContext): Decision {
  const reasons = whyNotMove(context);
  const verdict = primaryVerdict(context)?.kind ?? "inconclusive";
  const facts = factsOf(context);
  if (reasons.length === 0) return { action: "move", verdict, reasons, facts };
  const idle = reasons.some(({ code }) => code === "verdict");
  const told = idle ? reasons.filter(({ code }) => TOLD_WHEN_IDLE.includes(code)) : reasons;
  const forgotten = idle ? whyForgotten(context) : undefined;
  if (forgotten !== undefined)
    return { action: "hold", verdict, reasons: [...told, forgotten], facts };
  const action = idle && context.adoptionProblem === undefined ? "stay" : "hold";
  return { action, verdict, reasons: told, facts };
}

/** Can nobody tell whether the primary serves? */
export function isBlind(context: DecisionContext): boolean {
  const verdict = primaryVerdict(context);
  if (verdict?.kind === "observer-isolated") return true;
  return verdict?.kind === "inconclusive" && verdict.layers.public === "unknown";
}

/** Nobody was told so far, and it is no passing moment any more. */
function whyForgotten(context: DecisionContext): Reason | undefined {
  const { now, suspicion, primary, blindForMs = 0 } = context;
  const verdict = primaryVerdict(context);
  if (isBlind(context) && blindForMs >= UNSERVED_MS) {
    const text = `for more than ${UNSERVED_MS / 1_000} s nobody can tell whether ${primary} serves: ${verdict?.because}; were it to fail, nothing would move`;
    return { code: "blind", text };
  }
  const isUnclear = verdict?.kind === "inconclusive" || verdict?.layers.public === "failed";
  if (!suspicion || !isUnclear || !isLong(suspicion, now)) return undefined;
  const text = `${primary} has failed at its ${suspicion.layer} layer for more than ${UNSERVED_MS / 1_000} s, and nothing will move by itself`;
  return { code: "unserved", text };
}

/** What began when nobody knows, or by a clock that was set back since, may have lasted for long. */
function isLong({ firstFailedAt }: FaultBounds, now: number): boolean {
  if (firstFailedAt === null || wasSetBack(now, firstFailedAt)) return true;
  return now - firstFailedAt >= UNSERVED_MS;
}

/** Is it the same for people? Times that remain and amounts that grow make no other decision. */
export function isSameDecision(one: Decision, other: Decision): boolean {
  const codes = (decision: Decision) => decision.reasons.map(({ code }) => code).join(" ");
  return (
    one.action === other.action && one.verdict === other.verdict && codes(one) === codes(other)
  );
}

/** Far beyond what a verdict takes, and what one vantage's trouble lasts mostly. */
const UNSERVED_MS = 30_000;

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
