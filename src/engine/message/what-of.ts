import { namesPrimary } from "../../domain/debt.ts";
import type { OperationPlan } from "../../domain/plan.ts";

/** An operation in half a line: one that moves the application goes from somewhere to somewhere. */
export function whatOf({ kind, application, from, to, steps }: OperationPlan): string {
  return steps.some(namesPrimary)
    ? `${kind} of ${application} from ${from} to ${to}`
    : `${kind} of ${application} on ${to}`;
}
