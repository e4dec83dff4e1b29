import { GreenlightError } from "../../domain/errors.ts";
import type { Outcome } from "../../domain/event.ts";
import { reportOf } from "../../domain/report.ts";
import type { Control } from "../control.ts";
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
  const opened = async (id: string) => void operationDetailOf(id, await journal.read(id));
  return {
    operation,
    operations: async (filter) => {
      const heads = await journal.operations(filter);
      return await Promise.all(
        heads.map(async (head) => ({
          ...head,
          // Those that are over need no more than their heads: there may be thousands.
          state: (head.ended?.outcome as Outcome) ?? (await operation(head.id)).state,
        })),
      );
    },
    abort: async (id, by) => {
      const asked = requestOf(tools, id);
      if (asked && !asked.request.closed) return await asked.pipeline.approvals.withdraw(id, by);
      await opened(id);
      await operations.abort(id, by);
    },
    resume: async (id, by) => {
      await opened(id);
      await operations.resume(id, by);
    },
    report: async (id) => {
      const report = reportOf(await journal.read(id));
      if (!report) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
      return report;
    },
  };
}
