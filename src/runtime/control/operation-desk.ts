import { stateOfRequest } from "../../domain/approval.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { Outcome } from "../../domain/event.ts";
import { reportOf } from "../../domain/report.ts";
import type { Control, OperationSummary } from "../control.ts";
import { operationDetailOf, requestDetailOf } from "../operation-detail.ts";
import { type DeskTools, requestOf } from "./desk.ts";

type OperationDesk = Pick<Control, "operations" | "operation" | "abort" | "resume" | "report">;

/** Operations: looked at, answered. */
export function createOperationDesk(tools: DeskTools): OperationDesk {
  const { journal, operations } = tools;
  const operation = async (id: string) => {
    const events = await journal.read(id);
    const asked = events.length === 0 ? requestOf(tools, id)?.request : undefined;
    return asked ? requestDetailOf(id, asked, tools.clock.wallMs()) : operationDetailOf(id, events);
  };
  const known = async (id: string) => void operationDetailOf(id, await journal.read(id));
  return {
    operation,
    operations: async (filter) => {
      const heads = await journal.operations(filter);
      const opened = await Promise.all(
        heads.map(async (head) => ({
          ...head,
          // Those that are over need no more than their heads: there may be thousands.
          state: (head.ended?.outcome as Outcome) ?? (await operation(head.id)).state,
        })),
      );
      return [...awaited(filter.application, tools), ...opened].slice(0, filter.limit);
    },
    abort: async (id, by) => {
      const asked = requestOf(tools, id);
      if (asked && !asked.request.closed) return await asked.pipeline.approvals.withdraw(id, by);
      await known(id);
      await operations.abort(id, by);
    },
    resume: async (id, by) => {
      await known(id);
      await operations.resume(id, by);
    },
    report: async (id) => {
      const report = reportOf(await journal.read(id));
      if (!report) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
      return report;
    },
  };
}

/** What waits for somebody to agree, the latest first. */
function awaited(
  application: string | undefined,
  { pipelines, clock }: DeskTools,
): readonly OperationSummary[] {
  const asked = [...pipelines.values()]
    .filter((pipeline) => (application ?? pipeline.application.name) === pipeline.application.name)
    .flatMap(({ recollection }) => Object.values(recollection.memory.requests));
  return asked
    .filter((request) => stateOfRequest(request, clock.wallMs()) === "awaiting-approval")
    .map(({ plan: { id, application: name, kind, epoch }, at: openedAt }) => {
      return { id, application: name, kind, epoch, openedAt, state: "awaiting-approval" } as const;
    })
    .toSorted((one, other) => other.openedAt - one.openedAt);
}
