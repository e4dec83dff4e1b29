import type { Outcome } from "./event.ts";
import { type DataLoss, isPromotion } from "./loss.ts";
import type { OperationPlan } from "./plan.ts";
import { isMandatory, phaseOf, type Recovery } from "./recovery.ts";
import type { StepRecord } from "./step-record.ts";

export type Criterion = {
  readonly id: "outcome" | "steps" | "verification" | "rto" | "rpo";
  readonly text: string;
  /** One that is not does not count towards the result. */
  readonly mandatory: boolean;
  /** What had to be, and what was; of `rto` and `rpo` in ms. null: nothing was observed. */
  readonly threshold: string | number;
  readonly observed: string | number | null;
  readonly verdict: "pass" | "fail" | "inconclusive" | "not evaluated";
  readonly reason?: string;
};

export type Result = "PASS" | "FAIL" | "INCONCLUSIVE" | "ABORTED";

/** What the criteria are judged by. */
export interface Measured {
  readonly plan: OperationPlan;
  /** Absent while it is not over. */
  readonly outcome?: Outcome;
  readonly steps: readonly StepRecord[];
  readonly recovery: Recovery;
  readonly dataLoss: DataLoss;
  /** A human stopped it, and none of its mandatory steps had failed before. */
  readonly isCancelled: boolean;
}

/** All of them, in the order of reading; judged only where the operation was not called off. */
export function criteriaOf(measured: Measured): readonly Criterion[] {
  const criteria = [
    judgeOutcome(measured),
    judgeSteps(measured),
    judgeVerification(measured),
    judgeTime(measured),
    judgeLoss(measured),
  ];
  if (!isCalledOff(measured)) return criteria;
  const reason = "the operation was called off";
  return criteria.map((one) => ({ ...one, verdict: "not evaluated", reason }));
}

/**
 * The rules, first match first:
 * 1. not over yet -> INCONCLUSIVE
 * 2. called off: aborted before it changed anything, or stopped by a human and undone -> ABORTED
 * 3. any mandatory criterion failed -> FAIL
 * 4. any mandatory criterion has no verdict -> INCONCLUSIVE
 * 5. PASS: it ended as planned, no mandatory step is missing, the public path was verified, and both
 *    objectives were met by known bounds.
 */
export function resultOf(
  measured: Measured,
  criteria: readonly Criterion[],
): { readonly result: Result; readonly reasons: readonly string[] } {
  if (measured.outcome === undefined)
    return { result: "INCONCLUSIVE", reasons: ["the operation is not over"] };
  if (isCalledOff(measured))
    return { result: "ABORTED", reasons: [`it was called off: ${measured.outcome}`] };
  const open = criteria.filter(({ mandatory, verdict }) => mandatory && verdict !== "pass");
  const failed = open.filter(({ verdict }) => verdict === "fail");
  const result = failed.length > 0 ? "FAIL" : open.length > 0 ? "INCONCLUSIVE" : "PASS";
  const reasons = open.map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason ?? ""}`);
  return { result, reasons: result === "PASS" ? ["all mandatory criteria passed"] : reasons };
}

function isCalledOff({ outcome, isCancelled }: Measured): boolean {
  return outcome === "aborted" || (outcome === "undone" && isCancelled);
}

function judgeOutcome({ plan, outcome }: Measured): Criterion {
  const threshold = plan.ends === "keep" ? "succeeded" : "restored";
  const text = "The operation ended as its plan says";
  const common = { id: "outcome", text, mandatory: true, threshold } as const;
  if (outcome === undefined)
    return { ...common, observed: null, verdict: "inconclusive", reason: "it is not over" };
  if (outcome === threshold) return { ...common, observed: outcome, verdict: "pass" };
  return { ...common, observed: outcome, verdict: "fail", reason: `it ended ${outcome}` };
}

function judgeSteps({ outcome, steps }: Measured): Criterion {
  const mandatory = steps.filter(isMandatory);
  const missing = mandatory.filter(({ state }) => state !== "reached");
  const common = {
    id: "steps",
    text: "Every mandatory step reached its state",
    mandatory: true,
    threshold: mandatory.length,
    observed: mandatory.length - missing.length,
  } as const;
  if (missing.length === 0) return { ...common, verdict: "pass" };
  const reason = missing.map(({ planned, state }) => `${planned.id} ${state}`).join(", ");
  return { ...common, verdict: outcome === undefined ? "inconclusive" : "fail", reason };
}

function judgeVerification({ plan, outcome, steps }: Measured): Criterion {
  const gates = steps.filter(({ planned }) => phaseOf(planned, plan.from) === "verify");
  const reached = gates.filter(({ state }) => state === "reached").length;
  const common = {
    id: "verification",
    text: "The public path was verified from outside",
    mandatory: true,
    threshold: Math.max(1, gates.length),
    observed: reached,
  } as const;
  if (gates.length === 0)
    return { ...common, verdict: "inconclusive", reason: "the plan verifies nothing" };
  if (reached === gates.length) return { ...common, verdict: "pass" };
  const verdict = outcome === undefined ? "inconclusive" : "fail";
  return { ...common, verdict, reason: "it was not reached" };
}

/**
 * The objective counts from the last good answer: users may have been without service from then on.
 * Where no fault is known it counts from the decision, and says so.
 */
function judgeTime({ plan, recovery }: Measured): Criterion {
  const { fromLastGoodMs: upper, fromFirstFailedMs: lower, fromDecisionMs, hasFault } = recovery;
  const observed = hasFault ? upper : fromDecisionMs;
  const from = hasFault ? "the last good answer" : "the request, as no fault is known";
  const threshold = plan.objectives.rtoMs;
  const text = `Served again within the objective, from ${from}`;
  const common = { id: "rto", text, mandatory: true, threshold, observed } as const;
  if (observed !== null && observed <= threshold) return { ...common, verdict: "pass" };
  const beyond = observed ?? lower;
  if (beyond !== null && beyond > threshold)
    return { ...common, verdict: "fail", reason: `${beyond} ms, ${threshold} ms allowed` };
  const why = fromDecisionMs === null ? "it has not recovered" : "the last good answer is unknown";
  return { ...common, verdict: "inconclusive", reason: why };
}

function judgeLoss({ plan, dataLoss, steps }: Measured): Criterion {
  const { ms: observed, confidence, method } = dataLoss;
  const promotes = steps.some(isPromotion);
  const threshold = plan.objectives.rpoMs;
  const text = "Nothing lost beyond the objective";
  const common = { id: "rpo", text, mandatory: promotes, threshold, observed } as const;
  if (!promotes) return { ...common, verdict: "not evaluated", reason: method };
  if (observed === null || confidence === "unknown")
    return { ...common, verdict: "inconclusive", reason: `the bound is unknown: ${method}` };
  if (observed <= threshold) return { ...common, verdict: "pass" };
  return { ...common, verdict: "fail", reason: `${observed} ms, ${threshold} ms allowed` };
}
