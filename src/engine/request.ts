import type { Application } from "../domain/application.ts";
import { GreenlightError, reasonOf } from "../domain/errors.ts";
import type { DecisionContext } from "../domain/guard.ts";
import type { OperationPlan, PlannedStep } from "../domain/plan.ts";
import { planFor } from "../domain/planning.ts";
import { whyNotRequested } from "../domain/request.ts";
import type { Runbook } from "../domain/runbook.ts";
import { bindingsFor } from "./bindings.ts";
import { abandonable } from "./deadline.ts";
import type { Operations } from "./operations.ts";
import type { Clock } from "./ports/clock.ts";
import type { Recollection } from "./recollection.ts";
import type { Surveyor } from "./surveyor.ts";
import type { Binder } from "./work.ts";

export interface RequestTools {
  readonly application: Application;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly surveyor: Surveyor;
  readonly recollection: Recollection;
  readonly operations: Operations;
  readonly binder: Binder;
  /** What is known now. */
  readonly context: () => DecisionContext;
}

export interface Preview {
  readonly plan: OperationPlan;
  /** Why it would not be opened now: all reasons. */
  readonly refusals: readonly string[];
  /** The steps whose targets are not yet as they should be, and what is missing. */
  readonly pending: readonly { readonly step: string; readonly why: string }[];
}

/**
 * What an operation would do, from a reading made now; changes nothing. Rejects with GL_PLAN_UNSAFE
 * where there can be no plan.
 */
export async function preview(runbook: Runbook, tools: RequestTools): Promise<Preview> {
  const { plan, refusals } = await consider(runbook, "op-preview", tools);
  const looked = await Promise.all(plan.steps.map((step) => whyPending(step, plan, tools)));
  const pending = looked.flatMap((why, i) => {
    const step = plan.steps[i]?.id;
    return why === undefined || step === undefined ? [] : [{ step, why }];
  });
  return { plan, refusals, pending };
}

/**
 * Opens what a person asks for. Rejects with GL_REFUSED and every reason, or as `Operations.open`
 * does.
 */
export async function openOnRequest(
  runbook: Runbook,
  request: { readonly id: string; readonly by: string; readonly reason: string },
  tools: RequestTools,
): Promise<OperationPlan> {
  const { application, operations } = tools;
  const { id, by, reason } = request;
  const { plan, refusals, move } = await consider(runbook, id, tools);
  if (refusals.length > 0) throw new GreenlightError("GL_REFUSED", refusals.join("; "));
  const { from, to } = plan;
  const cause = { request: { by, reason } };
  const epoch = plan.epoch - 1;
  const opening = { id, application, runbook, from, to, epoch, by, reason, cause };
  return await operations.open({ ...opening, bindings: move });
}

async function consider(runbook: Runbook, id: string, tools: RequestTools) {
  const { application, surveyor, recollection, context } = tools;
  await surveyor.refresh();
  const { primacy } = surveyor;
  const now = context();
  const from = now.primary ?? application.home;
  const move = bindingsFor(
    application,
    { from, to: now.to, firstFailedAt: now.suspicion?.firstFailedAt ?? null },
    recollection.memory,
  );
  const epoch = ("epoch" in primacy ? primacy.epoch : 0) + 1;
  const planned = planFor(runbook, { id, epoch, application, from, to: now.to, bindings: move });
  if ("refused" in planned) throw new GreenlightError("GL_PLAN_UNSAFE", planned.refused);
  const refusals = whyNotRequested(now, planned.plan).map(({ text }) => text);
  return { plan: planned.plan, refusals, move };
}

/** What the step would find missing; of a gate, what it would say now. */
async function whyPending(
  step: PlannedStep,
  plan: OperationPlan,
  { binder, clock, signal }: RequestTools,
): Promise<string | undefined> {
  const bound = AbortSignal.any([signal, clock.timeout(LOOK_MS)]);
  try {
    const deed = binder(step, plan);
    if ("gate" in deed) return await abandonable((inTime) => deed.gate.whyNot(inTime), bound);
    const seen = await abandonable((inTime) => deed.action.observe(inTime), bound);
    return deed.action.whyNotReached(seen);
  } catch (error) {
    return reasonOf(error);
  }
}

const LOOK_MS = 1_000;
