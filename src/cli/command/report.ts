import type { Command } from "commander";
import { GreenlightError } from "../../domain/errors.ts";
import { parseJournal } from "../../domain/journal-text.ts";
import { type Report, reportOf } from "../../domain/report.ts";
import { readText } from "../read-text.ts";
import { renderReport } from "../render/report-text.ts";
import type { Shell } from "../shell.ts";

export function addReport(program: Command, shell: Shell): void {
  const report = program.command("report").description("Reports of operations.");
  report
    .command("show")
    .description("Recovery time, data loss, steps and evidence of one operation.")
    .argument("<operation>")
    .option("--journal <file>", "make it from an exported journal, without a running Greenlight")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight report show OPERATION\n" +
        "  $ greenlight report show OPERATION --journal journal.jsonl -o json",
    )
    .action(async (id: string, { journal }: { journal?: string }, command: Command) => {
      const found =
        journal === undefined
          ? await shell.client().get<Report>(`/v1/operations/${encodeURIComponent(id)}/report`)
          : await fromFile(journal, id);
      await shell.print(command, found, () => renderReport(found));
    });
}

async function fromFile(file: string, id: string): Promise<Report> {
  const { events } = parseJournal(await readText(file));
  const report = reportOf(events.filter(({ stream }) => stream === id));
  if (!report) throw new GreenlightError("GL_UNKNOWN", `${file} has no operation ${id}`);
  return report;
}
