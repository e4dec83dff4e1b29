import type { Command } from "commander";
import type { OperationSummary } from "../../runtime/control.ts";
import type { OperationDetail } from "../../runtime/operation-detail.ts";
import { type OpenOptions, openOperation } from "../open-operation.ts";
import { renderOperation, renderOperations } from "../render/operation-text.ts";
import type { Shell } from "../shell.ts";
import { redrawOperation, watchOperation } from "../watch-operation.ts";
import { addApproval } from "./operation-approval.ts";

export function addOperation(program: Command, shell: Shell): void {
  const operation = program
    .command("operation")
    .description("Operations: list, show, watch, start, approve, rollback, resume, abort.")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight operation list --application shop\n" +
        "  $ greenlight operation watch OPERATION",
    );
  addLooks(operation, shell);
  addStart(operation, shell);
  addApproval(operation, shell);
  for (const verb of ["resume", "abort"] as const) addAnswer(operation, shell, verb);
}

function addLooks(operation: Command, shell: Shell): void {
  operation
    .command("list")
    .description("The newest first.")
    .option("--application <name>")
    .option("--limit <count>", "at most so many", "20")
    .action(async (options: { application?: string; limit: string }, command: Command) => {
      const query = new URLSearchParams(options).toString();
      const answer = await shell
        .client()
        .get<{ operations: readonly OperationSummary[] }>(`/v1/operations?${query}`);
      await shell.print(command, answer, () => renderOperations(answer.operations));
    });
  operation
    .command("show")
    .description("Its steps and their states.")
    .argument("<operation>")
    .option("--watch", "draw them anew until it has ended or is held; the exit status says which")
    .action(async (id: string, options: { watch?: boolean }, command: Command) => {
      if (options.watch) return await redrawOperation(shell, command, id);
      const detail = await shell.client().get<OperationDetail>(pathOf(id));
      await shell.print(command, detail, () => renderOperation(detail));
    });
  operation
    .command("watch")
    .description("Tell what happens until it has ended or is held; the exit status says which.")
    .argument("<operation>")
    .action((id: string, _options: object, command: Command) => watchOperation(shell, command, id));
}

function addStart(operation: Command, shell: Shell): void {
  operation
    .command("start")
    .description("Open an operation of any kind that there is a runbook for.")
    .argument("<application>")
    .argument("<kind>")
    .option("--yes", "don't ask")
    .option("--wait", "wait for its end; the exit status is then its outcome's")
    .option("--reason <text>", "for the journal and the report")
    .action((application: string, kind: string, options: OpenOptions, command: Command) =>
      openOperation(shell, command, { application, kind, ...options }),
    );
}

function addAnswer(operation: Command, shell: Shell, verb: "resume" | "abort"): void {
  operation
    .command(verb)
    .description(
      verb === "resume"
        ? "Have a held operation go on: what failed is tried again."
        : "Stop it and take back what it did; end a held one as it is, withdraw one that is asked for.",
    )
    .argument("<operation>")
    .option("--wait", "wait for its end; the exit status is then its outcome's")
    .action(async (id: string, options: { wait?: boolean }, command: Command) => {
      await shell.client().post(`${pathOf(id)}/${verb}`);
      if (options.wait) return await watchOperation(shell, command, id);
      await shell.print(command, { operation: id }, () => `${id}: ${verb} is accepted.\n`);
    });
}

function pathOf(id: string): string {
  return `/v1/operations/${encodeURIComponent(id)}`;
}
