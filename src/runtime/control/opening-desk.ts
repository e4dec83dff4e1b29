import { stateOfRequest } from "../../domain/approval.ts";
import { takenBackBy } from "../../domain/cause.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { OperationPlan } from "../../domain/plan.ts";
import type { Digest } from "../../engine/ports/digest.ts";
import { operationDetailOf } from "../operation-detail.ts";
import type { Pipeline } from "../pipeline-loop.ts";
import { type DeskTools, pipelineOf, requestOf, runbookOf } from "./desk.ts";
import type { Accepted, Openings, OpenRequest, RollbackRequest } from "./opening.ts";

/** Opens what people ask for, once enough of them agree. */
export function createOpeningDesk(tools: DeskTools): Openings {
  const once = createOnce();
  return {
    open: async (request) => {
      const id = operationIdOf(request, tools.digest);
      return await once(id, () => open(id, request, tools));
    },
    approve: async (id, by) => {
      const asked = requestOf(tools, id);
      if (!asked) throw await whyNotAsked(id, tools);
      await asked.pipeline.approvals.approve(id, by);
      return await acceptedAs(id, tools);
    },
    rollback: async (request) => {
      const id = operationIdOf(request, tools.digest);
      return await once(id, () => rollback(id, request, tools));
    },
  };
}

/** The same request, sent twice at once, gets one answer: the second waits for the first. */
function createOnce() {
  const underWay = new Map<string, Promise<unknown>>();
  return async <T>(id: string, task: () => Promise<T>): Promise<T> => {
    const before = underWay.get(id) ?? Promise.resolve();
    const opening = before.catch(() => undefined).then(task);
    underWay.set(id, opening);
    try {
      return await opening;
    } finally {
      if (underWay.get(id) === opening) underWay.delete(id);
    }
  };
}

async function open(id: string, request: OpenRequest, tools: DeskTools): Promise<Accepted> {
  const { application, kind, by, reason } = request;
  const pipeline = pipelineOf(tools, application);
  const runbook = runbookOf(tools, kind);
  if (!(await isKnown(id, request, tools))) {
    await tools.openingWay(pipeline, runbook, { id, by, reason });
  }
  return await acceptedAs(id, tools);
}

async function rollback(id: string, request: RollbackRequest, tools: DeskTools): Promise<Accepted> {
  const { by, reason, operation: takesBack } = request;
  const detail = operationDetailOf(takesBack, await tools.journal.read(takesBack));
  const { plan, state, events } = detail;
  const pipeline = pipelineOf(tools, plan.application);
  const back = plan.commit?.back;
  if (back === undefined)
    throw new GreenlightError("GL_REFUSED", `a ${plan.kind} can't be taken back by a command`);
  if (await isKnown(id, { application: plan.application, kind: back }, tools))
    return await acceptedAs(id, tools);
  if (state !== "succeeded")
    throw new GreenlightError("GL_REFUSED", `${takesBack} has not succeeded, it is ${state}`);
  // Going to and fro with nobody's approval ends here.
  const earlier = takenBackBy(events.find((event) => event.type === "operation.opened"));
  if (earlier !== undefined)
    throw new GreenlightError(
      "GL_REFUSED",
      `${takesBack} takes ${earlier} back itself: to go there again, ask for a ${back}`,
    );
  const why = whyOver(plan, pipeline, tools);
  if (why !== undefined) throw new GreenlightError("GL_REFUSED", why);
  await tools.openingWay(pipeline, runbookOf(tools, back), { id, by, reason, takesBack });
  return await acceptedAs(id, tools);
}

/** Why it is too late to take it back. */
function whyOver({ id, commit }: OperationPlan, { logbook }: Pipeline, { clock }: DeskTools) {
  if (logbook.commit?.operation.id !== id)
    return "something else moved it since, or what comes after its commit window is done";
  if (clock.monotonicMs() <= logbook.commit.untilMs) return undefined;
  return `its commit window of ${(commit?.windowMs ?? 0) / 1000} s is over`;
}

/** How it stands by now. */
async function acceptedAs(operation: string, tools: DeskTools): Promise<Accepted> {
  const events = await tools.journal.read(operation);
  if (events.length > 0) return { operation, state: operationDetailOf(operation, events).state };
  const asked = requestOf(tools, operation);
  if (!asked) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${operation}`);
  const state = stateOfRequest(asked.request, tools.clock.wallMs());
  // Agreed to and not in the journal: it is being opened.
  if (state === "agreed" || state === "opened") return { operation, state: "running" };
  return state === "awaiting-approval"
    ? { operation, state, expiresAt: asked.request.expiresAt }
    : { operation, state };
}

/** Is there one of this id already, opened or asked for, and is it what is asked for now? */
async function isKnown(
  id: string,
  { application, kind }: { readonly application: string; readonly kind: string },
  tools: DeskTools,
): Promise<boolean> {
  const events = await tools.journal.read(id);
  const opened = events.find((event) => event.type === "operation.opened");
  const plan = opened?.plan ?? requestOf(tools, id)?.request.plan;
  if (!plan) return false;
  if (plan.application === application && plan.kind === kind) return true;
  throw new GreenlightError("GL_KEY_REUSED", `${plan.kind} of ${plan.application}`);
}

async function whyNotAsked(id: string, { journal }: DeskTools): Promise<GreenlightError> {
  const isOpened = (await journal.read(id)).length > 0;
  return isOpened
    ? new GreenlightError("GL_CONFLICT", `${id} needed nobody's approval and is opened already`)
    : new GreenlightError("GL_UNKNOWN", `nobody asked for ${id}`);
}

/** The same request has the same id. */
export function operationIdOf(
  { by, idempotencyKey }: Pick<OpenRequest, "by" | "idempotencyKey">,
  digest: Digest,
): string {
  return `op-${digest(`${by}\n${idempotencyKey}`).slice(0, ID_DIGITS)}`;
}

const ID_DIGITS = 20;
