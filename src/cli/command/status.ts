import type { Command } from "commander";
import type { ApplicationStatus } from "../../runtime/control.ts";
import { renderTable } from "../render/table.ts";
import { wrap } from "../render/text-block.ts";
import type { Shell } from "../shell.ts";

export function addStatus(program: Command, shell: Shell): void {
  program
    .command("status")
    .description("Show every application: who is primary, how its clusters are, what runs.")
    .addHelpText("after", "\nExamples:\n  $ greenlight status\n  $ greenlight status -o json")
    .action(async (_options: object, command: Command) => {
      const answer = await shell
        .client()
        .get<{ applications: readonly ApplicationStatus[] }>("/v1/applications");
      await shell.print(command, answer, () => renderStatus(answer.applications));
    });
}

function renderStatus(applications: readonly ApplicationStatus[]): string {
  const rows = applications.map(({ name, primary, epoch, clusters, operation }) => [
    name,
    primary ?? "unknown",
    epoch === null ? "-" : String(epoch),
    operation ?? "-",
    clusters.map(({ cluster, verdict }) => `${cluster} ${verdict}`).join(", "),
  ]);
  const paused = applications.flatMap(({ name, paused: why }) =>
    why ? wrap("", `${name} is paused by ${why.by}: ${why.reason}`) : [],
  );
  const table = renderTable(["APPLICATION", "PRIMARY", "EPOCH", "OPERATION", "CLUSTERS"], rows);
  return table + paused.map((line) => `${line}\n`).join("");
}
