import type { OperationPlan } from "../../domain/plan.ts";
import type { Telling } from "./told.ts";
import { whatOf } from "./what-of.ts";

/** An operation that stands still without anyone having decided so. Not in the journal: it passes. */
export function tellWaiting(plan: OperationPlan, why: string, at: number): Telling {
  const { id: operation, application } = plan;
  return {
    application,
    operation,
    at,
    severity: "page",
    title: `${whatOf(plan)} waits for its Lease`,
    text: `${why}. It is tried again by itself.`,
  };
}

/** That the journal can't be written, which it can't tell itself; without a reason: it can again. */
export function tellJournal(whyNot: string | undefined, at: number): Telling {
  const about = { application: "greenlight", at };
  return whyNot === undefined
    ? {
        ...about,
        severity: "info",
        title: "the journal can be written again",
        text: "What could not be noted meanwhile is missing in it. Everything goes on by itself.",
      }
    : {
        ...about,
        severity: "page",
        title: "the journal can't be written: nothing is moved until it can",
        text: `${whyNot}. Look at the disk of the data directory (df -h, df -i). It is tried again every second and goes on by itself: runbooks/errors.md#gl_storage_away.`,
      };
}
