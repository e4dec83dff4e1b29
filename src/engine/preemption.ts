import { isSameTarget } from "../domain/debt.ts";
import { codeOf } from "../domain/errors.ts";
import type { JournalEvent } from "../domain/event.ts";
import { foldHistory } from "../domain/history.ts";
import type { OperationPlan, PlannedStep } from "../domain/plan.ts";
import { type Authority, type AuthorityTools, acquire, type Wanted } from "./authority.ts";
import { planOf } from "./drive.ts";

/**
 * The same plan, going back to what an operation that it preempts had found there first; `found` is
 * that one's stream. What can't be taken back has nothing to go back to.
 */
export function takeOver(plan: OperationPlan, found: readonly JournalEvent[]): OperationPlan {
  if (found.length === 0) return plan;
  const history = foldHistory(found);
  const earlier = planOf(found).steps;
  const steps = plan.steps.map((step): PlannedStep => {
    const same = step.irreversible ? undefined : earlier.find((one) => isSameTarget(one, step));
    const before = same && history.get(same.id)?.before;
    return before === undefined ? step : { ...step, before };
  });
  return { ...plan, steps };
}

/** As `acquire`; where `isHeld`, by an operation that is preempted, it may be renewed just then. */
export async function win(
  wanted: Wanted,
  isHeld: boolean,
  tools: AuthorityTools,
): Promise<Authority> {
  for (let left = isHeld ? MAX_CONFLICTS : 0; ; left -= 1) {
    try {
      return await acquire(wanted, tools);
    } catch (error) {
      if (codeOf(error) !== "GL_CONFLICT" || left <= 0) throw error;
    }
  }
}

const MAX_CONFLICTS = 2;
