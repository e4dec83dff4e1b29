import type { Application } from "../domain/application.ts";
import { type ApprovalRequest, whyOther } from "../domain/approval.ts";
import { canonical } from "../domain/canonical.ts";
import { GreenlightError, reasonOf } from "../domain/errors.ts";
import type { DecisionContext } from "../domain/guard.ts";
import type { Json } from "../domain/json.ts";
import { peopleFor } from "../domain/people.ts";
import type { OperationPlan, PlannedStep } from "../domain/plan.ts";
import { planFor } from "../domain/planning.ts";
import { type Asked, preempts, whyNotPlannable, whyNotRequested } from "../domain/request.ts";
import type { Runbook } from "../domain/runbook.ts";
import { bindingsFor } from "./bindings.ts";
import { abandonable } from "./deadline.ts";
import type { Logbook } from "./logbook.ts";
import type { Operations } from "./operations.ts";
import type { Clock } from "./ports/clock.ts";
import type { Digest } from "./ports/digest.ts";
import type { Recollection } from "./recollection.ts";
import type { Surveyor } from "./surveyor.ts";
import type { Binder } from "./work.ts";

export interface RequestTools {
  readonly application: Application;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signal: AbortSignal;
  readonly surveyor: Surveyor;
  readonly recollection: Recollection;
  readonly operations: Operations;
  readonly logbook: Pick<Logbook, "debts">;
  readonly binder: Binder;
  /** What is known now. */
  readonly context: () => DecisionContext;
}

export interface Preview {
  readonly plan: OperationPlan;
  readonly hash: string;
  /** That must agree, whoever asks among them. */
  readonly people: number;
  /** Why it would not be opened now: all reasons. */
  readonly refusals: readonly string[];
  /** The steps whose targets are not yet as they should be, and what is missing. */
  readonly pending: readonly { readonly step: string; readonly why: string }[];
}

/** What a person asks for, in whose name and why. */
export interface Request {
  /** Of the operation. */
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  /** The operation that it takes back. */
  readonly takesBack?: string;
}

/**
 * What an operation would do, from a reading made now; changes nothing. Rejects with GL_REFUSED
 * where it is not known from where to where, GL_PLAN_UNSAFE where there can be no plan.
 */
export async function preview(runbook: Runbook, tools: RequestTools): Promise<Preview> {
  const considered = await consider({ runbook, isBack: false }, "op-preview", tools);
  const { plan } = considered;
  const looked = await Promise.all(plan.steps.map((step) => whyPending(step, plan, tools)));
  const pending = looked.flatMap((why, i) => {
    const step = plan.steps[i]?.id;
    return why === undefined || step === undefined ? [] : [{ step, why }];
  });
  const { hash, refusals } = considered;
  return { plan, hash, refusals, pending, people: peopleFor(runbook, plan.to, tools.application) };
}

/**
 * Opens what a person asks for; `agreed` is what enough people agreed to, where more than one must.
 * Rejects with GL_REFUSED and every reason, or as `Operations.open` does.
 */
export async function openOnRequest(
  runbook: Runbook,
  request: Request,
  tools: RequestTools,
  agreed?: ApprovalRequest,
): Promise<OperationPlan> {
  const { application, operations } = tools;
  const { id, by, reason, takesBack } = request;
  const approvals = agreed && agreed.people > 1 ? { approvals: agreed.approvals } : {};
  // What nobody else had to agree to is opened as it is now.
  const agreedHash = agreed && agreed.people > 1 ? agreed.planHash : undefined;
  const asked = { runbook, isBack: takesBack !== undefined };
  const { plan, hash, refusals, bindings, known, stores } = await consider(asked, id, tools);
  const other = agreed && hash !== (agreedHash ?? hash) ? [whyOther(plan, agreed.plan)] : [];
  const { from, to } = plan;
  const people = takesBack === undefined ? peopleFor(runbook, to, application) : 1;
  // It may go elsewhere by now than when it was decided that nobody else is asked.
  const alone = people > (agreed?.people ?? 1) ? [`${people} people must agree: ask again`] : [];
  refuse([...other, ...alone, ...refusals]);
  const cause = {
    request: { by, reason },
    stores,
    ...approvals,
    ...(takesBack !== undefined && { takesBack }),
  };
  return await operations.open({
    id,
    application,
    runbook,
    from,
    to,
    bindings,
    known,
    by,
    reason,
    cause,
    planHash: agreedHash,
    preempts: preempts(runbook, plan),
  });
}

/** The plan as it would be now, and all that speaks against it. */
export async function consider(asked: Asked, id: string, tools: RequestTools) {
  const { application, surveyor, recollection, logbook, context, digest } = tools;
  const { runbook } = asked;
  await surveyor.refresh();
  const { primacy, survey } = surveyor;
  const now = context();
  const { primary: from, to } = now;
  const { memory } = recollection;
  refuse(whyNotPlannable(runbook, { now, memory }));
  if (from === undefined || !("primary" in primacy))
    throw new GreenlightError("GL_REFUSED", "nobody is primary");
  if (runbook.to === "home" && from === application.home)
    refuse([`${application.name} is at home: ${from} is primary already`]);
  const firstFailedAt = now.suspicion?.firstFailedAt ?? null;
  const bindings = bindingsFor(application, { from, to, firstFailedAt }, memory);
  const epoch = primacy.epoch + 1;
  const planned = planFor(runbook, { id, epoch, application, from, to, bindings });
  if ("refused" in planned) throw new GreenlightError("GL_PLAN_UNSAFE", planned.refused);
  const { plan } = planned;
  const refusals = whyNotRequested(asked, plan, { now, survey, memory, debts: logbook.debts });
  return {
    plan,
    hash: digest(canonical(plan as unknown as Json)),
    refusals,
    bindings,
    known: primacy,
    stores: surveyor.looksUntil(now.suspicion ? firstFailedAt : now.now),
  };
}

/** Throws GL_REFUSED with all the reasons, where there are any. */
export function refuse(reasons: readonly string[]): void {
  if (reasons.length > 0) throw new GreenlightError("GL_REFUSED", reasons.join("; "));
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
