import { GreenlightError } from "../../domain/errors.ts";
import { reportOf } from "../../domain/report.ts";
import { openOnRequest } from "../../engine/request.ts";
import type { Control, OpenRequest } from "../control.ts";
import { operationDetailOf } from "../operation-detail.ts";
import { type DeskTools, pipelineOf, runbookOf } from "./desk.ts";

type OperationDesk = Pick<
  Control,
  "open" | "operations" | "operation" | "abort" | "resume" | "report"
>;

/** Operations: opened, looked at, answered. */
export function createOperationDesk(tools: DeskTools): OperationDesk {
  const { journal, operations } = tools;
  const operation = async (id: string) => operationDetailOf(id, await journal.read(id));
  return {
    open: createOpening(tools),
    operation,
    operations: async (filter) => {
      const heads = await journal.operations(filter);
      return await Promise.all(
        heads.map(async (head) => ({ ...head, state: (await operation(head.id)).state })),
      );
    },
    abort: async (id, by) => {
      await operation(id);
      await operations.abort(id, by);
    },
    resume: async (id, by) => {
      await operation(id);
      await operations.resume(id, by);
    },
    report: async (id) => {
      const report = reportOf(await journal.read(id));
      if (!report) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
      return report;
    },
  };
}

/** The same request, sent twice at once, gets one answer: the second waits for the first. */
function createOpening(tools: DeskTools): Control["open"] {
  const underWay = new Map<string, Promise<unknown>>();
  return async (request) => {
    const { by, idempotencyKey } = request;
    const id = `op-${tools.digest(`${by}\n${idempotencyKey}`).slice(0, ID_DIGITS)}`;
    const before = underWay.get(id) ?? Promise.resolve();
    const opening = before.catch(() => undefined).then(() => open(id, request, tools));
    underWay.set(id, opening);
    try {
      return await opening;
    } finally {
      if (underWay.get(id) === opening) underWay.delete(id);
    }
  };
}

async function open(id: string, request: OpenRequest, tools: DeskTools) {
  const { application, kind, by, reason } = request;
  const pipeline = pipelineOf(tools, application);
  const runbook = runbookOf(tools, kind);
  if (!(await isSame(id, request, tools)))
    await openOnRequest(runbook, { id, by, reason }, pipeline);
  return { operation: id };
}

/** Is there an operation of this id, and is it what is asked for? */
async function isSame(id: string, { application, kind }: OpenRequest, { journal }: DeskTools) {
  const events = await journal.read(id);
  const opened = events.find((event) => event.type === "operation.opened");
  if (!opened) return false;
  if (opened.plan.application === application && opened.plan.kind === kind) return true;
  throw new GreenlightError("GL_KEY_REUSED", `${opened.plan.kind} of ${opened.plan.application}`);
}

const ID_DIGITS = 20;
