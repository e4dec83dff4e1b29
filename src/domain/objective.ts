import type { Criterion, CriterionId, PlannedCriterion } from "./criterion.ts";
import type { Outcome } from "./event.ts";
import { criteriaFor, mandatorySteps, verifyingSteps } from "./freeze.ts";
import type { DataLoss } from "./loss.ts";
import type { OperationPlan } from "./plan.ts";
import { type Recovery, recoveryTimeOf } from "./recovery.ts";
import { whyNotBack } from "./report-return.ts";
import type { StepRecord } from "./step-record.ts";

export type Result = "PASS" | "FAIL" | "INCONCLUSIVE" | "ABORTED";

/** What the criteria are judged by. */
export interface Measured {
  readonly plan: OperationPlan;
  /** Absent while it is not over. */
  readonly outcome?: Outcome;
  readonly steps: readonly StepRecord[];
  readonly recovery: Recovery;
  readonly dataLoss: DataLoss;
  /** Longest outage that a vantage saw; null: none of them looked. */
  readonly clientOutageMs: number | null;
  /** A human stopped it, and none of its mandatory steps had failed before. */
  readonly isCancelled: boolean;
}

type Judged = Pick<Criterion, "observed" | "verdict" | "reason" | "text">;

/**
 * All of them, in the order of reading, by the thresholds that were frozen with the plan; judged
 * only where the operation was not called off.
 */
export function criteriaOf(measured: Measured): readonly Criterion[] {
  const planned = measured.plan.criteria ?? criteriaFor(measured.plan);
  return planned.map((criterion) => {
    const judged = { ...criterion, ...JUDGES[criterion.id](measured, criterion) };
    if (isCalledOff(measured))
      return { ...judged, verdict: "not evaluated", reason: "the operation was called off" };
    return judged;
  });
}

/** The rules by which `resultOf` concludes, for people: the first that applies. */
export const RESULT_RULES: readonly string[] = [
  "INCONCLUSIVE: the operation is not over.",
  "ABORTED: it was called off, which is never a PASS: aborted before it changed anything, stopped by a person and undone, or preempted by an operation that matters more.",
  "FAIL: a mandatory criterion failed. A mandatory step that was skipped or failed fails the criterion of the steps, so that there is no PASS with one.",
  "INCONCLUSIVE: a mandatory criterion could not be judged.",
  "PASS: every mandatory criterion passed.",
];

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
  return outcome === "aborted" || outcome === "preempted" || (outcome === "undone" && isCancelled);
}

type Judge = (measured: Measured, criterion: PlannedCriterion) => Judged;

const JUDGES: Readonly<Record<CriterionId, Judge>> = {
  outcome: ({ outcome }, { text, threshold }) => {
    if (outcome === undefined)
      return { text, observed: null, verdict: "inconclusive", reason: "it is not over" };
    if (outcome === threshold) return { text, observed: outcome, verdict: "pass" };
    return { text, observed: outcome, verdict: "fail", reason: `it ended ${outcome}` };
  },

  steps: ({ plan, outcome, steps }, { text, threshold }) => {
    const wanted = new Set(mandatorySteps(plan).map(({ id }) => id));
    const mandatory = steps.filter(({ planned }) => wanted.has(planned.id));
    const missing = mandatory.filter(({ state }) => state !== "reached");
    const observed = mandatory.length - missing.length;
    if (observed === threshold) return { text, observed, verdict: "pass" };
    const reason = missing.map(({ planned, state }) => `${planned.id} ${state}`).join(", ");
    return { text, observed, verdict: outcome === undefined ? "inconclusive" : "fail", reason };
  },

  verification: ({ plan, outcome, steps }, { text, mandatory }) => {
    const wanted = new Set(verifyingSteps(plan).map(({ id }) => id));
    const gates = steps.filter(({ planned }) => wanted.has(planned.id));
    const observed = gates.filter(({ state }) => state === "reached").length;
    const none = "the plan verifies nothing";
    if (gates.length === 0 && !mandatory)
      return { text, observed, verdict: "not evaluated", reason: none };
    if (gates.length === 0) return { text, observed, verdict: "inconclusive", reason: none };
    if (observed === gates.length) return { text, observed, verdict: "pass" };
    const verdict = outcome === undefined ? "inconclusive" : "fail";
    return { text, observed, verdict, reason: "it was not reached" };
  },

  restored: ({ outcome, steps }, { text, threshold }) => {
    const wrong = whyNotBack(steps);
    const observed = wrong.length;
    if (outcome === undefined)
      return { text, observed, verdict: "inconclusive", reason: "it is not over" };
    if (observed === threshold) return { text, observed, verdict: "pass" };
    return { text, observed, verdict: "fail", reason: wrong.join("; ") };
  },

  /**
   * Counts from the last good answer: users may have been without service from then on. Where no
   * fault is known it counts from the opening, and says so. By a clock that was set back meanwhile
   * nothing is proved, either way.
   */
  rto: ({ recovery }, { text: what, threshold, mandatory }) => {
    const { fromFirstFailedMs: lower, fromDecisionMs, hasFault } = recovery;
    const observed = recoveryTimeOf(recovery);
    const from = hasFault ? "the last good answer" : "its opening, as no fault is known";
    const text = `${what}, from ${from}`;
    if (!mandatory)
      return { text, observed, verdict: "not evaluated", reason: "it recovers nothing" };
    if (recovery.clockSetBackMs > 0 && fromDecisionMs !== null) {
      const reason = `the wall clock was set back by ${recovery.clockSetBackMs} ms or more meanwhile`;
      return { text, observed, verdict: "inconclusive", reason };
    }
    if (observed !== null && observed <= Number(threshold))
      return { text, observed, verdict: "pass" };
    const beyond = observed ?? lower;
    if (beyond !== null && beyond > Number(threshold)) {
      const reason = `${beyond} ms, ${threshold} ms allowed`;
      return { text, observed, verdict: "fail", reason };
    }
    const reason =
      fromDecisionMs === null ? "it has not recovered" : "the last good answer is unknown";
    return { text, observed, verdict: "inconclusive", reason };
  },

  rpo: ({ dataLoss }, { text, threshold, mandatory }) => {
    const { ms: observed, confidence, method } = dataLoss;
    if (!mandatory) return { text, observed, verdict: "not evaluated", reason: method };
    if (observed === null || confidence === "unknown") {
      const reason = `the bound is unknown: ${method}`;
      return { text, observed, verdict: "inconclusive", reason };
    }
    if (observed <= Number(threshold)) return { text, observed, verdict: "pass" };
    const reason = `${observed} ms, ${threshold} ms allowed`;
    return { text, observed, verdict: "fail", reason };
  },

  clients: ({ clientOutageMs: observed }, { text, threshold }) => {
    const reason = "no vantage asked by name";
    if (observed === null) return { text, observed, verdict: "not evaluated", reason };
    if (observed <= Number(threshold)) return { text, observed, verdict: "pass" };
    return {
      text,
      observed,
      verdict: "fail",
      reason: `${observed} ms, ${threshold} ms allowed`,
    };
  },
};
