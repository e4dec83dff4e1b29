import type { Report } from "../../domain/report.ts";
import { field, renderDuration } from "../render/text-block.ts";
import { areObjectivesMet, type Ending } from "./judgement.ts";

/** Of the reports: by operation, where each was written. */
export type Paths = ReadonlyMap<string, string>;

/** The last line of `--json`. */
export function summaryOf(ending: Ending, paths: Paths) {
  const { reports, tally, writesLost } = ending;
  return {
    type: "summary",
    objectivesMet: areObjectivesMet(ending),
    operations: reports.map((report) => ({
      id: report.operation,
      kind: report.kind,
      outcome: report.outcome ?? report.status,
      recoveryTimeMs: recoveryTimeOf(report),
      dataLossMs: report.dataLoss.ms,
      report: paths.get(report.operation) ?? null,
    })),
    clients: {
      asked: tally.asked,
      failed: tally.failed,
      writesLost,
      longestOutageMs: tally.longestOutageMs,
    },
  };
}

/** The same for people, at most 80 columns wide. */
export function renderSummary(ending: Ending, paths: Paths): string {
  const { reports } = ending;
  const lines = [
    ...reports.flatMap(renderRecovery),
    ...(reports.length === 0 ? renderWhyNot(ending) : []),
    ...renderClients(ending),
    ...[...paths.values()].map((path) => `  ${"report".padEnd(13)} ${path}`),
  ];
  return `${lines.join("\n")}\n`;
}

function renderClients(ending: Ending): readonly string[] {
  const { explanation, tally, writesLost } = ending;
  const { asked, failed, writesAcknowledged, longestOutageMs } = tally;
  return [
    ...field("primary", explanation.primary ?? "not known"),
    ...field("outage", `${renderDuration(longestOutageMs)} for the unluckiest client`),
    ...field("requests", `${asked} asked, ${failed} failed`),
    ...field(
      "writes",
      `${writesAcknowledged} acknowledged, ${writesLost ?? "an unknown number"} of them lost`,
    ),
    ...field("objectives", areObjectivesMet(ending) ? "met" : "missed"),
  ];
}

function renderRecovery(report: Report): readonly string[] {
  const { objectives, dataLoss, recovery } = report;
  const ms = recoveryTimeOf(report);
  const parts = recovery.parts.map((part) => {
    const { phase, step } = part;
    const name = step === undefined || step === phase ? phase : `${phase} (${step})`;
    return `${name} ${part.ms}`;
  });
  const rto = `the objective is ${renderDuration(objectives.rtoMs)}`;
  return [
    ...field(
      "recovery",
      ms === null ? `none: ${report.outcome ?? report.status}` : `${renderDuration(ms)}, ${rto}`,
    ),
    ...(ms === null ? [] : field("  in ms", parts.join(" + "))),
    ...field(
      "data loss",
      `at most ${renderDuration(dataLoss.ms)}, ${dataLoss.confidence}; the objective is ${renderDuration(objectives.rpoMs)}`,
    ),
    ...report.debts.flatMap(({ owed, cluster, step, window }) =>
      field(
        "debt",
        `the ${owed} of ${cluster ?? "a cluster"} (${step})${window.until === null ? "" : ", paid late"}`,
      ),
    ),
  ];
}

/** The whole story: what each report concludes, and what the clients saw of it all. */
export function renderStory(ending: Ending, paths: Paths): string {
  const lines = [...ending.reports.flatMap((report) => renderConclusion(report, paths)), ""];
  return `${[...lines, ...renderClients(ending)].join("\n")}\n`;
}

/** What it came to, in numbers where it has them, and its page. */
function renderConclusion(report: Report, paths: Paths): readonly string[] {
  const { operation, kind, outcome, status, result, dataLoss } = report;
  const ms = recoveryTimeOf(report);
  const loss = dataLoss.ms === null ? "" : `, at most ${renderDuration(dataLoss.ms)} lost`;
  const took = ms === null ? "" : ` in ${renderDuration(ms)}`;
  return [
    ...field(kind, `${result}: ${outcome ?? status}${took}${loss}`),
    ...[paths.get(operation)?.replace(/json$/, "html") ?? ""].map((path) => `    ${path}`),
  ];
}

/** What `explain` says in the end. */
function renderWhyNot({ explanation: { guards } }: Ending): readonly string[] {
  const reasons = guards.filter(({ whyNot }) => whyNot !== undefined);
  return reasons.flatMap(({ name, whyNot }, i) =>
    field(i === 0 ? "no move" : "", `${name}: ${whyNot}`),
  );
}

/** From the last good answer, an upper bound, or from the request; null where it did not recover. */
function recoveryTimeOf({ recovery, outcome }: Report): number | null {
  if (outcome !== "succeeded" && outcome !== "restored") return null;
  return recovery.fromLastGoodMs ?? recovery.fromFirstFailedMs ?? recovery.fromDecisionMs;
}
