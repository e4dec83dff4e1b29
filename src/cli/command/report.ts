import { type Command, Option } from "commander";
import { sha256 } from "../../adapters/digest/sha256.ts";
import { canonical } from "../../domain/canonical.ts";
import { whyBroken } from "../../domain/chain.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { parseJournal } from "../../domain/journal-text.ts";
import { type Report, reportOf } from "../../domain/report.ts";
import type { ReportHead } from "../../engine/ports/reports.ts";
import { renderReportPage } from "../../runtime/report-page/page.ts";
import { readText } from "../read-text.ts";
import { renderReports } from "../render/report-list.ts";
import { renderReport } from "../render/report-text.ts";
import type { Shell } from "../shell.ts";

export function addReport(program: Command, shell: Shell): void {
  const report = program.command("report").description("Reports of operations.");
  addList(report, shell);
  addShow(report, shell);
}

function addList(report: Command, shell: Shell): void {
  report
    .command("list")
    .description("Of the operations that are over, the newest first.")
    .option("--application <name>")
    .option("--kind <kind>")
    .option("--limit <count>", "at most so many", "20")
    .addHelpText("after", "\nExamples:\n  $ greenlight report list --kind drill")
    .action(async (options: Readonly<Record<string, string>>, command: Command) => {
      const query = new URLSearchParams(options).toString();
      const path = `/v1/reports?${query}`;
      const answer = await shell.client().get<{ reports: readonly ReportHead[] }>(path);
      await shell.print(command, answer, () => renderReports(answer.reports));
    });
}

interface ShowOptions {
  readonly journal?: string;
  readonly format: "text" | "json" | "html";
}

function addShow(report: Command, shell: Shell): void {
  report
    .command("show")
    .description("Recovery time, data loss, steps and evidence of one operation.")
    .argument("<operation>")
    .option("--journal <file>", "make it from an exported journal, without a running Greenlight")
    .addOption(
      new Option("--format <format>", "json: the record, byte for byte; html: a page of it")
        .choices(["text", "json", "html"])
        .default("text"),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight report show OPERATION\n" +
        "  $ greenlight report show OPERATION --format html > report.html\n" +
        "  $ greenlight report show OPERATION --format json | sha256sum\n" +
        "  $ greenlight report show OPERATION --journal journal.jsonl --format json",
    )
    .action(async (id: string, { journal, format }: ShowOptions, command: Command) => {
      const body =
        journal === undefined
          ? await shell.client().text(`/v1/reports/${encodeURIComponent(id)}?format=json`)
          : await fromFile(journal, id, { shell, format });
      // Nothing is added to the record, not even a line break: what is printed is what was hashed.
      if (format === "json") return await shell.terminal.out(body);
      const found = JSON.parse(body) as Report;
      if (format === "html") return await shell.terminal.out(renderReportPage(found, sha256(body)));
      await shell.print(command, found, () => renderReport(found));
    });
}

/** A file that somebody changed is shown, and said to prove nothing; no page is made of it. */
async function fromFile(
  file: string,
  id: string,
  { shell, format }: { readonly shell: Shell; readonly format: ShowOptions["format"] },
): Promise<string> {
  const { events, bad } = parseJournal(await readText(file));
  const unread = bad.map(({ line, what }) => `line ${line} ${what}`);
  const broken = whyBroken(events, sha256).map(({ stream, seq, what }) =>
    [stream, ...(seq > 0 ? [`record ${seq}`] : []), what].join(" "),
  );
  const [first, ...others] = [...unread, ...broken];
  if (first !== undefined) {
    const more = others.length > 0 ? `, and ${others.length} more` : "";
    const detail = `${file} is not as it was written: ${first}${more} (greenlight audit verify)`;
    if (format === "html") throw new GreenlightError("GL_INVALID", detail);
    shell.terminal.err(`This proves nothing: ${detail}\n`);
  }
  const report = reportOf(events.filter(({ stream }) => stream === id));
  if (!report) throw new GreenlightError("GL_UNKNOWN", `${file} has no operation ${id}`);
  return canonical(report);
}
