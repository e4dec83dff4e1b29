import { isMissing } from "../../domain/missing.ts";
import type { Report } from "../../domain/report.ts";
import { field, renderDuration, WIDTH, wrap } from "./text-block.ts";
import { renderTimeline } from "./timeline-text.ts";

/** A report for a terminal, no line wider than 80 columns; ends with a line break. */
export function renderReport(report: Report): string {
  const { notExecuted, debts, holds } = report;
  const sections = [
    renderHead(report),
    section("Criteria", report.criteria.flatMap(renderCriterion)),
    section("Recovery time", renderRecovery(report)),
    section("Data loss", renderLoss(report)),
    section("What clients saw", renderClients(report)),
    section("Return to normal", renderReturn(report)),
    section("Timeline", renderTimeline(report.timeline)),
    section("Steps", report.steps.flatMap(renderStep)),
    section(
      "Not executed",
      notExecuted.flatMap(({ id, why }) => field(id, why)),
    ),
    section("Debts", debts.flatMap(renderDebt)),
    section("Held for a human", holds.flatMap(renderHold)),
    section("Integrity", renderIntegrity(report)),
  ];
  return `${sections.filter((lines) => lines.length > 0).join("\n\n")}\n`;
}

function renderHead(report: Report): string {
  const { application, kind, from, to, operation, epoch, trigger, endedAt } = report;
  return [
    ...wrap(`${report.result}  `, `${application}: ${kind} from ${from} to ${to}`),
    "=".repeat(WIDTH),
    ...report.resultReasons.flatMap((line, i) => field(i === 0 ? "result" : "", line)),
    ...field("operation", `${operation}, epoch ${epoch}, ${report.outcome ?? report.status}`),
    ...field("opened", report.openedAt),
    ...(endedAt === null ? [] : field("ended", endedAt)),
    ...field("by", trigger.by),
    ...renderApprovals(report),
    ...field("because", trigger.reason),
    ...(trigger.verdict === null ? [] : field("verdict", trigger.verdict)),
    ...trigger.evidence.flatMap((line) => field("", line)),
  ].join("\n");
}

/** Why it is not passed stands at the head of the report. */
function renderCriterion(criterion: Report["criteria"][number]): readonly string[] {
  const { id, text, threshold, observed, verdict } = criterion;
  if (id === "outcome") return field(verdict, `${text}: ${observed ?? "not over"}`);
  if (id === "steps" || id === "verification")
    return field(verdict, `${text}: ${observed} of ${threshold}`);
  if (id === "restored") return field(verdict, `${text}: ${observed ?? "not over"} otherwise`);
  const [seen, allowed] = [observed, threshold].map((value) =>
    typeof value === "string" ? value : renderDuration(value ?? null),
  );
  return field(verdict, `${text}: ${seen}, ${allowed} allowed`);
}

function renderRecovery({ recovery, objectives }: Report): readonly string[] {
  const { hasFault, fromLastGoodMs, fromFirstFailedMs, fromDecisionMs, parts } = recovery;
  const goal = ` (the objective: ${renderDuration(objectives.rtoMs)})`;
  const since = (ms: number | null, from: string) => field(renderDuration(ms), from);
  const fromFault = [
    ...since(fromLastGoodMs, `from the last good answer, an upper bound${goal}`),
    ...since(fromFirstFailedMs, "from the first failed answer, a lower bound"),
  ];
  return [
    ...(hasFault ? fromFault : []),
    ...since(fromDecisionMs, `from the decision${hasFault ? "" : goal}`),
    ...(parts.length > 0 ? ["", "  in parts, each until the next could begin:"] : []),
    ...parts.flatMap(({ phase, step, ms }) =>
      wrap(
        `${renderDuration(ms).padStart(12)}  ${phase.padEnd(10)}  `,
        step === undefined || step === phase ? "" : step,
      ),
    ),
  ];
}

function renderLoss({ dataLoss, objectives }: Report): readonly string[] {
  const { ms, confidence, method, stores } = dataLoss;
  const goal = renderDuration(objectives.rpoMs);
  const each = stores.length > 1 ? stores : [];
  return [
    ...field(renderDuration(ms), `at most, ${confidence}: ${method} (the objective: ${goal})`),
    ...each.flatMap((one) =>
      field("", `${one.store}: ${renderDuration(one.ms)}, ${one.confidence}, ${one.method}`),
    ),
  ];
}

function renderApprovals({ authorisation: { approvals } }: Report): readonly string[] {
  return isMissing(approvals)
    ? []
    : approvals.flatMap(({ by, at }) => field("approved", `${by}, ${at}`));
}

function renderClients({ clients }: Report): readonly string[] {
  if (isMissing(clients)) return [];
  return [
    ...clients.vantages.flatMap(({ vantage, longestOutageMs, samplesFailed }) =>
      field(
        renderDuration(longestOutageMs),
        `the longest outage at ${vantage}, ${samplesFailed} samples failed`,
      ),
    ),
    ...field("", clients.sampling.bound),
  ];
}

/** Where nothing was to be taken back, nothing is said. */
function renderReturn({ returnToNormal: back }: Report): readonly string[] {
  if (isMissing(back)) return [];
  const differing = back.steps.filter(({ differs }) => differs.length > 0);
  return [
    ...wrap("  ", back.isComplete ? "All that was changed was taken back." : "Not all of it."),
    ...differing.flatMap(({ step, differs }) => field(step, `differs in ${differs.join(", ")}`)),
  ];
}

function renderStep(step: Report["steps"][number]): readonly string[] {
  const { id, uses, cluster, subject, state, attempts, durationMs, before, after, undone } = step;
  const target = [uses, subject, cluster === null ? null : `on ${cluster}`].filter(Boolean);
  const tries = attempts > 1 ? ` in ${attempts} attempts` : "";
  const took = durationMs === null ? "" : `, ${renderDuration(durationMs)}`;
  const detail = (label: string, text: string) => wrap(`    ${label.padEnd(8)}`, text);
  return [
    ...wrap("  ", `${id}: ${target.join(" ")}, ${state}${tries}${took}`),
    ...(step.reason === undefined ? [] : detail("reason", step.reason)),
    ...(before === null ? [] : detail("before", JSON.stringify(before))),
    ...(after === null ? [] : detail("after", JSON.stringify(after))),
    ...(undone ? detail("undone", `${undone.state}, ${renderDuration(undone.durationMs)}`) : []),
    ...(undone?.reason === undefined ? [] : detail("", undone.reason)),
  ];
}

function renderDebt(debt: Report["debts"][number]): readonly string[] {
  const { owed, step, cluster, since, reason, window } = debt;
  const until = window.until ?? "it is paid";
  return [
    ...wrap("  ", `${owed} of ${cluster ?? "-"} (${step}), since ${since}: ${reason}`),
    ...wrap("  ", `${cluster ?? "it"} could have served from ${window.from} until ${until}`),
  ];
}

function renderHold(hold: Report["holds"][number]): readonly string[] {
  const { number, at, reason, resumedBy, durationMs } = hold;
  const next =
    resumedBy === null
      ? "not resumed"
      : `resumed by ${resumedBy} after ${renderDuration(durationMs)}`;
  return wrap(`  ${number}. `, `${at}, ${next}: ${reason}`);
}

function renderIntegrity({ integrity, plan }: Report): readonly string[] {
  return [
    ...field("records", `${integrity.events}, chained by ${integrity.digestAlgorithm}`),
    ...field("first", integrity.firstHash),
    ...field("last", integrity.lastHash),
    ...field("plan", plan.hash),
  ];
}

/** Empty where there is nothing to say. */
function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, "-".repeat(title.length), ...lines].join("\n");
}
