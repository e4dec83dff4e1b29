import { Command, Option } from "commander";
import { packageVersion } from "../runtime/package-root.ts";
import { addAcknowledge } from "./command/acknowledge.ts";
import { addApi } from "./command/api-command.ts";
import { addAudit } from "./command/audit.ts";
import { addConfig } from "./command/config-command.ts";
import { addDemo } from "./command/demo-command.ts";
import { addDrill } from "./command/drill.ts";
import { addExplain } from "./command/explain.ts";
import { addMoves } from "./command/move.ts";
import { addOperation } from "./command/operation.ts";
import { addPause } from "./command/pause.ts";
import { addPlan } from "./command/plan.ts";
import { addReport } from "./command/report.ts";
import { addSandbox } from "./command/sandbox-command.ts";
import { addServe } from "./command/serve-command.ts";
import { addStatus } from "./command/status.ts";
import { addToken } from "./command/token.ts";
import type { Shell } from "./shell.ts";

/** Every command, in the order in which the help shows them. */
const COMMANDS: readonly ((program: Command, shell: Shell) => void)[] = [
  addDemo,
  addServe,
  addApi,
  addSandbox,
  addStatus,
  addExplain,
  addPlan,
  addMoves,
  addAcknowledge,
  addPause,
  addOperation,
  addDrill,
  addReport,
  addAudit,
  addConfig,
  addToken,
];

export function createProgram(shell: Shell): Command {
  const { terminal } = shell;
  const program = new Command("greenlight")
    .description("Moves applications from a cluster that failed to one that can serve them.")
    .version(packageVersion())
    .addOption(
      new Option("-o, --output <format>", "how to print")
        .choices(["table", "json"])
        .default("table"),
    )
    .configureOutput({
      writeOut: (text) => void terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", HELP)
    .exitOverride();
  for (const add of COMMANDS) add(program, shell);
  return program;
}

const HELP = `
Commands that ask a running Greenlight take its address from GREENLIGHT_URL
(http://127.0.0.1:8460 by default) and a token from GREENLIGHT_TOKEN.

Exit status:
  0 done   2 the plan has changes   3 goal not reached   4 refused by a guard
  5 held   64 usage   69 a dependency is away   75 try again
  77 not permitted   78 configuration   1 an error of our own

Examples:
  $ greenlight config check greenlight.yaml
  $ greenlight explain shop
  $ greenlight failover shop --dry-run`;
