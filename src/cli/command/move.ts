import type { Command } from "commander";
import { type OpenOptions, openOperation } from "../open-operation.ts";
import type { Shell } from "../shell.ts";
import { showPlan } from "./plan.ts";

/** The moves that people ask for by name; any other kind is `operation start`'s. */
const MOVES = [
  {
    kind: "failover",
    description: "Move an application to its standby, whether or not its primary answers.",
    example: '--yes --wait --reason "blue\'s rack is on fire"',
  },
  {
    kind: "switchover",
    description: "Move an application to its standby as planned: nothing is lost.",
    example: "--yes --wait",
  },
  {
    kind: "failback",
    description: "Move an application home as planned: nothing is lost.",
    example: '--yes --reason "blue has been well for a day"',
  },
] as const;

export function addMoves(program: Command, shell: Shell): void {
  for (const { kind, description, example } of MOVES)
    program
      .command(kind)
      .description(description)
      .argument("<application>")
      .option("--dry-run", "show the plan and stop; exit status 2 when it has something to do")
      .option("--yes", "don't ask")
      .option("--wait", "wait for its end; the exit status is then its outcome's")
      .option("--reason <text>", "for the journal and the report")
      .addHelpText(
        "after",
        `\nExamples:\n  $ greenlight ${kind} shop --dry-run\n  $ greenlight ${kind} shop ${example}`,
      )
      .action(async (application: string, options: MoveOptions, command: Command) => {
        const wanted = { application, kind };
        if (options.dryRun) await showPlan(shell, command, wanted);
        else await openOperation(shell, command, { ...wanted, ...options });
      });
}

interface MoveOptions extends OpenOptions {
  readonly dryRun?: boolean;
}
