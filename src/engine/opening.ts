import type { Application } from "../domain/application.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { Fence } from "../domain/fence.ts";
import type { Json } from "../domain/json.ts";
import type { OperationPlan } from "../domain/plan.ts";
import { planFor } from "../domain/planning.ts";
import type { Bindings, Runbook } from "../domain/runbook.ts";

/** What is to be opened: an operation, and by what right. */
export interface Opening {
  /** Given where the same request must be the same operation; else by chance. */
  readonly id?: string;
  readonly application: Application;
  readonly runbook: Runbook;
  readonly from: string;
  readonly to: string;
  readonly bindings: Bindings;
  /** The highest that was seen anywhere, with who is primary by it: the new epoch is above. */
  readonly known: Fence;
  readonly by: string;
  readonly reason: string;
  readonly cause: Json;
  /** Of the plan that people agreed to: any other is refused. */
  readonly planHash?: string | undefined;
  /** It matters more than one that will take back what it does, and does not wait for it. */
  readonly preempts?: boolean;
  /**
   * Asked before the right to act is won, and after it, which may have taken long, unless something
   * was preempted by it.
   */
  readonly isStillDue?: () => boolean;
}

/** Throws GL_PLAN_UNSAFE where there can be none. */
export function planned(
  runbook: Runbook,
  circumstances: Parameters<typeof planFor>[1],
): OperationPlan {
  const result = planFor(runbook, circumstances);
  if ("refused" in result) throw new GreenlightError("GL_PLAN_UNSAFE", result.refused);
  return result.plan;
}

/** It was due when it was begun, and is not any more. */
export function notDue(): GreenlightError {
  return new GreenlightError("GL_CONFLICT", "it is not due any more");
}
