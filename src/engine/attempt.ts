import { codeOf, reasonOf } from "../domain/errors.ts";
import type { JournalEvent, OperationFact } from "../domain/event.ts";
import { foldHistory, type History } from "../domain/history.ts";
import type { Job } from "../domain/job.ts";
import type { OperationPlan, PlannedStep } from "../domain/plan.ts";
import { advance } from "./advance.ts";
import type { Limits } from "./deadline.ts";
import { planOf } from "./drive.ts";
import { owedSteps } from "./payment.ts";
import type { Journal } from "./ports/journal.ts";
import { runStep } from "./step.ts";
import { runUndo } from "./undo.ts";
import type { Binder, Work } from "./work.ts";

export interface AttemptTools extends Limits {
  readonly journal: Journal;
  readonly binder: Binder;
}

/**
 * What a worker does with a job: exactly the attempt that it names, if the journal still wants it.
 *
 * A job carries no more than ids: the plan and the past come from the journal. One that is not due
 * (it has a result, a later attempt, or the operation was stopped meanwhile) is dropped without a
 * trace. Rejects when the process is told to stop; then whoever leads the operation adds the next.
 */
export async function runAttempt(job: Job, tools: AttemptTools): Promise<void> {
  const events = await tools.journal.read(job.operation);
  const plan = planOf(events);
  const history = foldHistory(events);
  const step = plan.steps.find(({ id }) => id === job.step);
  if (!step || job.epoch !== plan.epoch || !isDue(job, { plan, events, history })) return;
  const past = history.get(job.step);
  const context = {
    ...tools,
    epoch: plan.epoch,
    attempt: job.attempt,
    record: (fact: OperationFact) =>
      tools.journal.append({
        ...fact,
        stream: plan.id,
        epoch: plan.epoch,
        at: tools.clock.wallMs(),
      }),
  };
  const bound = bindWork(step, plan, tools.binder);
  if ("unbound" in bound) {
    // Nothing was looked at, let alone changed, and the same would come of every further attempt.
    const type = job.leg === "undo" ? "undo.failed" : "step.failed";
    const { step: id, attempt } = job;
    await context.record({ type, step: id, attempt, reason: bound.unbound });
    return;
  }
  const { work } = bound;
  const run =
    job.leg === "undo" && past ? runUndo(work, past, context) : runStep(work, past, context);
  await run.catch((error) => {
    if (codeOf(error) !== "GL_STEP_CLAIMED") throw error;
  });
}

function bindWork(
  step: PlannedStep,
  plan: OperationPlan,
  binder: Binder,
): { readonly work: Work } | { readonly unbound: string } {
  try {
    return { work: { ...step, ...binder(step, plan) } };
  } catch (error) {
    return { unbound: reasonOf(error) };
  }
}

function isDue(
  { step, leg, attempt }: Job,
  at: { plan: OperationPlan; events: readonly JournalEvent[]; history: History },
): boolean {
  const past = at.history.get(step)?.[leg];
  if (past && past.attempt >= attempt) return false;
  if (past?.state === "running") return true;
  if (leg === "step" && owedSteps(at.plan, at.events).some(({ id }) => id === step)) return true;
  const next = advance(at.plan, at.events);
  if (leg === "step") return "run" in next && next.run.includes(step);
  return "undo" in next && next.undo[0] === step;
}
