import type { Command } from "commander";
import { type OpenOptions, openOperation } from "../open-operation.ts";
import type { Shell } from "../shell.ts";
import { showPlan } from "./plan.ts";

export function addFailover(program: Command, shell: Shell): void {
  program
    .command("failover")
    .description("Move an application to its standby, whether or not its primary answers.")
    .argument("<application>")
    .option("--dry-run", "show the plan and stop; exit status 2 when it has something to do")
    .option("--yes", "don't ask")
    .option("--wait", "wait for its end; the exit status is then its outcome's")
    .option("--reason <text>", "for the journal and the report")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight failover shop --dry-run\n" +
        '  $ greenlight failover shop --yes --wait --reason "blue\'s rack is on fire"',
    )
    .action(async (application: string, options: FailoverOptions, command: Command) => {
      const wanted = { application, kind: "failover" };
      if (options.dryRun) await showPlan(shell, command, wanted);
      else await openOperation(shell, command, { ...wanted, ...options });
    });
}

interface FailoverOptions extends OpenOptions {
  readonly dryRun?: boolean;
}
