import type { JournalEvent, Outcome } from "../domain/event.ts";
import type { OperationPlan } from "../domain/plan.ts";

/** What people should know of an operation, after each change of it that matters to them. */
export interface News {
  readonly plan: OperationPlan;
  /** held: it stopped for a human. closed: one ended it there. waiting: for its Lease. */
  readonly state: "opened" | "held" | "waiting" | "closed" | Exclude<Outcome, "held">;
  readonly why?: string;
  /** Its stream as it was then; absent where this process has just opened it. */
  readonly events?: readonly JournalEvent[];
}
