import { renderDuration } from "../../domain/duration-text.ts";
import type { Report } from "../../domain/report.ts";
import { type Html, html } from "./html.ts";
import { evidence, section, table, toned } from "./part.ts";

type Step = Report["steps"][number];

export function renderSteps({ steps }: Report): Html {
  return section("Steps, and the evidence of each", html`${steps.map(renderStep)}`);
}

function renderStep(step: Step): Html {
  const { id, uses, cluster, subject, state, attempts, durationMs, startedAt, undone } = step;
  const about = [uses, subject, cluster === null ? null : `on ${cluster}`]
    .filter(Boolean)
    .join(" ");
  const tries = attempts === 1 ? "" : `, ${attempts} attempts`;
  const took = durationMs === null ? "" : `, ${renderDuration(durationMs)}`;
  const sources = Object.entries(step.sources);
  return html`<div class="step"><p><strong>${id}</strong> <span class="soft">${about}</span> ${toned(state)}${tries}${took}${startedAt === null ? "" : html` <span class="soft">from ${startedAt}</span>`}</p>${step.reason === undefined ? "" : html`<p class="bad">${step.reason}</p>`}${evidence("before", step.before)}${evidence("after", step.after)}${undone ? html`<p>Taken back: ${toned(undone.state)}, ${renderDuration(undone.durationMs)}${undone.reason === undefined ? "" : html`: ${undone.reason}`}</p>${evidence("after", undone.after)}` : ""}${sources.length === 0 ? "" : html`<p class="soft">${sources.map(([name, source]) => `${name}: ${source}`).join("; ")}</p>`}</div>`;
}

export function renderNotExecuted({ notExecuted }: Report): Html {
  return section(
    "Not executed",
    notExecuted.length === 0
      ? html`<p class="soft">Every step of the plan was begun.</p>`
      : table(
          [{ title: "Step" }, { title: "Why" }],
          notExecuted.map(({ id, why }) => [id, why]),
        ),
  );
}

export function renderDeviations({ deviations, debts, holds }: Report): Html {
  const went = deviations.map(({ kind, at, of, what, mattered }) => [
    html`<span class="hash">${at}</span>`,
    kind,
    of,
    what,
    mattered ? "yes" : "no",
  ]);
  const columns = ["When", "What", "Of", "Why", "Mattered"].map((title) => ({ title }));
  return section(
    "Deviations, holds and debts",
    went.length === 0 ? html`<p class="soft">It went as planned.</p>` : table(columns, went),
    holds.length === 0
      ? null
      : html`<h3>Held for a person</h3>${holds.map(({ number, at, reason, resumedBy, durationMs }) => html`<p>${number}. ${at}: ${reason}. ${resumedBy === null ? "Not resumed." : `Resumed by ${resumedBy} after ${renderDuration(durationMs)}.`}</p>`)}`,
    debts.length === 0
      ? null
      : html`<h3>Owed</h3>${debts.map(({ owed, step, cluster, since, reason, window }) => html`<p><strong>${owed}</strong> of ${cluster ?? "-"} (${step}), since ${since}: ${reason}. ${cluster ?? "It"} could have served from ${window.from} until ${window.until ?? "it is paid"}.</p>`)}`,
  );
}
