import { type Debt, FENCE, isSameTarget, namesPrimary } from "./debt.ts";
import { type DecisionContext, GUARDS, type GuardName } from "./guard.ts";
import type { OperationPlan } from "./plan.ts";
import { type RequirementContext, whyNotMet } from "./requirement.ts";
import type { Runbook } from "./runbook.ts";

/** What a person asks for. */
export interface Asked {
  readonly runbook: Runbook;
  /** Takes back what was just done: what it goes back to was well then, and is kept warm. */
  readonly isBack: boolean;
}

/**
 * Why an operation that a person asks for may not be opened now: all reasons, none when it may.
 * A person may overrule a verdict and a cooldown; what would lose data or break a promise is refused
 * to a person too. Which guards matter follows from what the plan does, whatever it is called; what
 * else must hold the runbook says.
 */
export function whyNotRequested(
  { runbook, isBack }: Asked,
  plan: OperationPlan,
  context: RequirementContext,
): readonly string[] {
  const always = isPayment(plan, context.debts) ? PAYING : ALWAYS;
  const guards = isFinal(plan) ? [...always, ...BEFORE_NO_RETURN] : always;
  const required = runbook.requires ?? [];
  const unmet = isBack
    ? whyNotMet(
        required.filter((name) => name !== "primary-healthy"),
        atOnce(context),
      )
    : whyNotMet(required, context);
  const busy = preempts(runbook, plan) ? [] : whyBusy(context.now);
  const refusals = [
    ...whyGuarded(guards, context.now),
    ...busy,
    ...whyOwed(plan, context.debts),
    ...unmet.map(({ text }) => text),
  ];
  return [...new Set(refusals)];
}

/** It moves nothing, and does what is owed: the kill switch is not for that. */
function isPayment({ to, ends, steps }: OperationPlan, debts: readonly Debt[]): boolean {
  if (ends === "restore" || steps.some(namesPrimary)) return false;
  const owed = debts.filter(({ cluster }) => cluster === to);
  return owed.some((debt) => steps.some((step) => isSameTarget(step, debt)));
}

/** Nothing is started or opened where a fence is owed, but by what pays it and leaves it so. */
function whyOwed({ to, ends, steps }: OperationPlan, debts: readonly Debt[]): readonly string[] {
  return debts
    .filter(({ owed, cluster }) => owed === FENCE && cluster === to)
    .filter((debt) => ends === "restore" || !steps.some((step) => isSameTarget(step, debt)))
    .map(({ uses, subject, operation, paidAt }) => {
      const target = subject === undefined ? uses : `${uses} ${subject}`;
      if (paidAt !== undefined)
        return `${to} was fenced late by ${operation}: it must be closed first`;
      return `${to} is not fenced: ${operation} still owes it, at its ${target}`;
    });
}

/** Why nothing can be planned yet: what it starts from was not seen. */
export function whyNotPlannable(
  { steps }: Runbook,
  { now, memory }: Pick<RequirementContext, "now" | "memory">,
): readonly string[] {
  const { primary, application } = now;
  if (primary === undefined) return whyGuarded(ALWAYS, now);
  if (!JSON.stringify(steps).includes(REPLICAS)) return [];
  return application.workloads
    .filter((name) => memory.replicas[primary]?.[name] === undefined)
    .map(
      (name) => `${primary} was not seen healthy yet: how many replicas ${name} needs is unknown`,
    );
}

/** What waits for nothing to be well does not wait for what will take itself back, either. */
export function preempts({ requires }: Runbook, plan: OperationPlan): boolean {
  return requires === undefined && isFinal(plan);
}

function whyGuarded(names: readonly GuardName[], context: DecisionContext): readonly string[] {
  return GUARDS.flatMap(({ name, whyNot }) => {
    const text = names.includes(name) ? whyNot(context) : undefined;
    return text === undefined ? [] : [text];
  });
}

function whyBusy({ runningOperation }: DecisionContext): readonly string[] {
  return runningOperation === undefined ? [] : [`operation ${runningOperation} is not ended`];
}

function isFinal({ steps }: OperationPlan): boolean {
  return steps.some(({ irreversible }) => irreversible);
}

function atOnce({ now, ...context }: RequirementContext): RequirementContext {
  const { application } = now;
  const policy = { ...application.policy, stabilisationMs: 0 };
  return { ...context, now: { ...now, application: { ...application, policy } } };
}

const ALWAYS: readonly GuardName[] = ["paused", "operation-running", "adoption"];
const PAYING: readonly GuardName[] = ["operation-running", "adoption"];
const BEFORE_NO_RETURN: readonly GuardName[] = ["standby-not-ready", "loss-bound", "fencing"];
/** As a runbook asks for what the primary had while it was healthy. */
const REPLICAS = "${each.replicas}";
