import { renderDuration } from "../../domain/duration-text.ts";
import { isMissing } from "../../domain/missing.ts";
import { recoveryTimeOf } from "../../domain/recovery.ts";
import type { Report } from "../../domain/report.ts";
import { gauge, recoveryFigure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { section, table, toned } from "./part.ts";
import { timelineFigure } from "./timeline-figure.ts";

type Criterion = Report["criteria"][number];

export function renderHead(report: Report): Html {
  const { application, kind, from, to, result, resultReasons, outcome, status } = report;
  const { openedAt, endedAt, operation, epoch, trigger } = report;
  return html`<header><span class="badge ${result}">${result}</span><h1>${application}: ${kind} from ${from} to ${to}</h1><p>${resultReasons.join("; ")}</p><p class="soft">${operation}, epoch ${epoch}, ${outcome ?? status}. Opened ${openedAt}${endedAt === null ? "" : `, ended ${endedAt}`}, by ${trigger.by}: ${trigger.reason}</p></header>`;
}

/** The objectives beside what was measured: what a reader wants to know first. */
export function renderObjectives(report: Report): Html {
  const { recovery, dataLoss, objectives, clients } = report;
  const measured = recoveryTimeOf(recovery);
  const since = recovery.hasFault
    ? "from the last good answer: an upper bound"
    : "from its opening: no fault is known";
  const rows = [
    tile("Recovery time", measured, { allowed: objectives.rtoMs, of: "RTO", how: since }),
    tile("Data loss, at most", dataLoss.ms, {
      allowed: objectives.rpoMs,
      of: "RPO",
      how: `${dataLoss.confidence}: ${dataLoss.method}`,
    }),
    isMissing(clients)
      ? html``
      : tile("Longest outage seen by name", clients.longestOutageMs, {
          allowed: Number(thresholdOf(report, "clients") ?? objectives.rtoMs),
          of: "threshold",
          how: `${clients.samplesFailed} samples failed, at ${clients.vantages.length} vantages`,
        }),
  ];
  return section("Objectives and what was measured", html`<div class="tiles">${rows}</div>`);
}

function thresholdOf({ criteria }: Report, id: Criterion["id"]) {
  return criteria.find((criterion) => criterion.id === id)?.threshold;
}

function tile(
  name: string,
  measured: number | null,
  { allowed, of, how }: { readonly allowed: number; readonly of: string; readonly how: string },
): Html {
  const tone = measured === null ? "warn" : measured <= allowed ? "good" : "bad";
  return html`<div class="tile">${name}<b class="${tone}">${renderDuration(measured)}</b>${gauge(measured, allowed)}<span class="soft">${of} ${renderDuration(allowed)}; ${how}</span></div>`;
}

export function renderCriteria({ criteria, criteriaFrozen, resultRules }: Report): Html {
  const rows = criteria.map((one) => [
    html`${one.text}${one.mandatory ? "" : html` <span class="soft">(not mandatory)</span>`}`,
    renderValue(one, one.observed),
    `${one.comparator} ${renderValue(one, one.threshold)}`,
    html`${toned(one.verdict)}${one.reason === undefined ? "" : html`: ${one.reason}`}`,
    html`<span class="soft">${one.source}</span>`,
  ]);
  const columns = ["Criterion", "Observed", "Wanted", "Verdict", "Source"];
  const frozen = isMissing(criteriaFrozen)
    ? html`<p class="missing">When they were fixed is not captured.</p>`
    : html`<p class="soft">Fixed at ${criteriaFrozen.at}, before the first step, in the plan whose hash is <span class="hash">${criteriaFrozen.planHash}</span>.</p>`;
  return section(
    "Criteria",
    table(
      columns.map((title) => ({ title })),
      rows,
    ),
    frozen,
    html`<h3>How the result follows: the first rule that applies</h3><ol>${resultRules.map((rule) => html`<li>${rule}</li>`)}</ol>`,
  );
}

function renderValue({ unit }: Criterion, value: string | number | null): string {
  if (value === null) return "nothing";
  if (unit === "ms" && typeof value === "number") return renderDuration(value);
  return `${value}`;
}

export function renderRecovery(report: Report): Html {
  const { recovery } = report;
  const since = (ms: number | null, from: string) =>
    html`<p>${renderDuration(ms)} <span class="soft">${from}</span></p>`;
  return section(
    "Recovery time, and where it went",
    recovery.hasFault
      ? html`${since(recovery.fromLastGoodMs, "from the last good answer, an upper bound")}${since(recovery.fromFirstFailedMs, "from the first failed answer, a lower bound")}`
      : null,
    since(recovery.fromDecisionMs, "from the decision, or from the opening"),
    recoveryFigure(report),
  );
}

export function renderCourse(report: Report): Html {
  const rows = report.timeline.map((entry) => [
    html`<span class="hash">${entry.at.slice(11, 23)}</span>`,
    `${entry.offsetMs < 0 ? "-" : "+"}${(Math.abs(entry.offsetMs) / 1000).toFixed(3)} s`,
    entry.action,
    html`${entry.target}${entry.attempt !== undefined && entry.attempt > 1 ? ` (attempt ${entry.attempt})` : ""}`,
    entry.actor,
    html`${entry.outcome}${entry.durationMs === undefined ? "" : html` <span class="soft">${renderDuration(entry.durationMs)}</span>`}`,
  ]);
  const columns = [
    { title: "UTC" },
    { title: "Since", isNumber: true as const },
    ...["What", "Of", "By", "Outcome"].map((title) => ({ title })),
  ];
  return section(
    "Timeline",
    timelineFigure(report),
    html`<h3>Every record</h3>`,
    table(columns, rows, "dense"),
  );
}
