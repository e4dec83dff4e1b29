import { createApplicationDesk } from "./control/application-desk.ts";
import { createAuditDesk } from "./control/audit-desk.ts";
import type { DeskTools } from "./control/desk.ts";
import { createOpeningDesk } from "./control/opening-desk.ts";
import { createOperationDesk } from "./control/operation-desk.ts";
import { createReportDesk } from "./control/report-desk.ts";
import type { Control } from "./control.ts";

/** Answers people from the journal and from what the pipelines of this process know. */
export function createController(tools: DeskTools): Control {
  return {
    ...createApplicationDesk(tools),
    ...createOpeningDesk(tools),
    ...createOperationDesk(tools),
    ...createAuditDesk(tools),
    ...createReportDesk(tools),
    ...tools.drills,
  };
}
