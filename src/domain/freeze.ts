import { memberOf } from "./cause.ts";
import type { PlannedCriterion } from "./criterion.ts";
import type { OperationPlan, PlannedStep } from "./plan.ts";

/** The plan with its criteria: they are fixed, and hashed, before anything happens. */
export function freeze(plan: OperationPlan): OperationPlan {
  return { ...plan, criteria: criteriaFor(plan) };
}

/** What the plan will be judged by, from what it does and promises. */
export function criteriaFor(plan: OperationPlan): readonly PlannedCriterion[] {
  return [...ofItsCourse(plan), ...ofItsWayBack(plan), ...ofItsTimes(plan)];
}

function ofItsCourse(plan: OperationPlan): readonly PlannedCriterion[] {
  const isKept = plan.ends === "keep";
  return [
    {
      id: "outcome",
      text: "The operation ended as its plan says",
      metric: "outcome of the operation",
      comparator: "is",
      unit: "outcome",
      threshold: isKept ? "succeeded" : "restored",
      mandatory: true,
      source: "how the plan says that it ends",
    },
    {
      id: "steps",
      text: "Every mandatory step reached its state",
      metric: "mandatory steps that reached their state",
      comparator: "is",
      unit: "steps",
      threshold: mandatorySteps(plan).length,
      mandatory: true,
      source: "the plan's steps whose failure matters; all, where none does",
    },
    {
      id: "verification",
      text: isKept
        ? "The public path was verified from outside"
        : "The standby's own path was verified",
      metric: "verifying gates that were reached",
      comparator: "is",
      unit: "gates",
      threshold: Math.max(1, verifyingSteps(plan).length),
      mandatory: isTimed(plan),
      source: "the plan's verifying gates, at least one",
    },
  ];
}

function ofItsWayBack({ ends }: OperationPlan): readonly PlannedCriterion[] {
  if (ends === "keep") return [];
  return [
    {
      id: "restored",
      text: "Everything was put back as it was",
      metric: "changed steps that are not as they were",
      comparator: "is",
      unit: "steps",
      threshold: 0,
      mandatory: true,
      source: "the plan ends by restoring",
    },
  ];
}

function ofItsTimes(plan: OperationPlan): readonly PlannedCriterion[] {
  const { steps, objectives } = plan;
  const losesData = steps.some((step) => isPromotion(step) || step.uses === "gate/data-ready");
  return [
    {
      id: "rto",
      text: "Served again within the objective",
      metric: "recovery time",
      comparator: "at most",
      unit: "ms",
      threshold: objectives.rtoMs,
      mandatory: isTimed(plan),
      source: "objectives.rto of the application",
    },
    {
      id: "rpo",
      text: "Nothing lost beyond the objective",
      metric: "bound of what is lost",
      comparator: "at most",
      unit: "ms",
      threshold: objectives.rpoMs,
      mandatory: losesData,
      source: "objectives.rpo of the application",
    },
    {
      id: "clients",
      text: "No vantage that asks by name was without service for longer",
      metric: "longest outage of a vantage",
      comparator: "at most",
      unit: "ms",
      threshold: isMove(plan) ? objectives.rtoMs : 0,
      mandatory: false,
      source: isMove(plan)
        ? "objectives.rto of the application"
        : "nothing that users see is changed",
    },
  ];
}

function isMove({ steps }: OperationPlan): boolean {
  return steps.some((step) => step.uses === "lease" || isPromotion(step));
}

/** Does it bring service somewhere, for good or as a rehearsal? */
function isTimed(plan: OperationPlan): boolean {
  return isMove(plan) || plan.ends === "restore";
}

/** Those that the operation must reach: whose failure matters, or all where the plan has none such. */
export function mandatorySteps({ steps }: Pick<OperationPlan, "steps">): readonly PlannedStep[] {
  const mandatory = steps.filter(({ onFailure }) => onFailure !== "continue");
  return mandatory.length > 0 ? mandatory : steps;
}

/** What proves, from outside, that what was changed serves. */
export function verifyingSteps({
  ends,
  steps,
}: Pick<OperationPlan, "ends" | "steps">): readonly PlannedStep[] {
  return steps.filter(
    ({ uses }) => uses === "gate/public-path" || (ends === "restore" && uses === "gate/own-path"),
  );
}

/** Does it make a store one that takes writes? */
export function isPromotion({ uses, desired }: Pick<PlannedStep, "uses" | "desired">): boolean {
  return uses === "data" && memberOf(desired, "role") === "primary";
}
