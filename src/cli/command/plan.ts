import type { Command } from "commander";
import type { PlanPreview } from "../../runtime/control.ts";
import { renderPlan } from "../render/plan-text.ts";
import type { Shell } from "../shell.ts";

export function addPlan(program: Command, shell: Shell): void {
  program
    .command("plan")
    .description("Show what an operation would do now; nothing is changed.")
    .argument("<application>")
    .argument("<kind>", "the runbook, such as failover")
    .addHelpText(
      "after",
      "\nExit status 2: there is something to do.\n\nExamples:\n  $ greenlight plan shop failover",
    )
    .action(async (application: string, kind: string, _options: object, command: Command) => {
      await showPlan(shell, command, { application, kind });
    });
}

/** Prints the plan; the status is 2 where it has something to do, 0 where all is so already. */
export async function showPlan(
  shell: Shell,
  command: Command,
  { application, kind }: { readonly application: string; readonly kind: string },
): Promise<void> {
  const path = `/v1/applications/${encodeURIComponent(application)}/plan`;
  const preview = await shell.client().post<PlanPreview>(path, { kind });
  await shell.print(command, preview, () => renderPlan(preview));
  shell.status = preview.pending.length > 0 ? 2 : 0;
}
