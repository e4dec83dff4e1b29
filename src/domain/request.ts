import type { Reason } from "./decision.ts";
import { type DecisionContext, GUARDS, type GuardName } from "./guard.ts";
import type { OperationPlan } from "./plan.ts";

/**
 * Why an operation that a person asks for may not be opened now: all reasons, none when it may.
 * A person may overrule a verdict and a cooldown; what would lose data or break a promise is refused
 * to a person too. Which guards matter follows from what the plan does, whatever it is called.
 */
export function whyNotRequested(context: DecisionContext, plan: OperationPlan): readonly Reason[] {
  const promotes = plan.steps.some(({ irreversible }) => irreversible);
  const guards = promotes ? [...ALWAYS, ...BEFORE_NO_RETURN] : ALWAYS;
  return GUARDS.flatMap(({ name, whyNot }) => {
    const text = guards.includes(name) ? whyNot(context) : undefined;
    return text === undefined ? [] : [{ code: name, text }];
  });
}

const ALWAYS: readonly GuardName[] = ["paused", "operation-running", "adoption"];
const BEFORE_NO_RETURN: readonly GuardName[] = ["standby-not-ready", "loss-bound", "fencing"];
