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

/** That somebody has paused the workers' queue while steps are due; or that it is no longer so. */
export function tellPaused(isPaused: boolean, at: number): Telling {
  const about = { application: "greenlight", at };
  return isPaused
    ? {
        ...about,
        severity: "page",
        title: "the workers' queue is paused: steps that are due are not begun",
        text: "Whoever may write to what keeps the queue has paused it, and that is obeyed. It goes on by itself once it is resumed: runbooks/errors.md#gl_queue_away.",
      }
    : {
        ...about,
        severity: "info",
        title: "the workers' queue is resumed",
        text: "Steps that were due are begun.",
      };
}

/** That what happens is kept on a worker's own disk for now; without a reason: the journal has it. */
export function tellSpooled(whyNot: string | undefined, at: number): Telling {
  const about = { application: "greenlight", at };
  return whyNot === undefined
    ? {
        ...about,
        severity: "info",
        title: "the journal has all that waited for it",
        text: "What a worker kept on its disk meanwhile is in the journal, in its order and marked late. What a worker that died meanwhile had not told is told by nobody: look at greenlight operation list.",
      }
    : {
        ...about,
        severity: "page",
        title: "the journal is away: a worker keeps what happens on its own disk",
        text: `${whyNot}. Watching, deciding and moving go on; what people ask for is not accepted meanwhile. Keep the worker's spool directory. It is tried again by itself: runbooks/errors.md#gl_storage_away.`,
      };
}

/** That records which had been kept are not in the journal any more. */
export function tellLost({ of, lost }: { of: string; lost: number }, at: number): Telling {
  return {
    application: "greenlight",
    at,
    severity: "page",
    title: `the journal has lost records: ${of}, at least record ${lost}`,
    text: "They had been kept, and the database does not have them any more, as where a server took over that lacked the last of them or its tables were made anew. Watching and moving go on. What people asked for may be lost with them, a pause too: look at greenlight status, and restart every Greenlight process, so that all go by what is there. audit verify names what is gone: runbooks/errors.md#gl_storage_away.",
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
