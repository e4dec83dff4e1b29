import { renderDuration } from "../../domain/duration-text.ts";
import type { Json } from "../../domain/json.ts";
import { isMissing, type Missing } from "../../domain/missing.ts";
import type { Report } from "../../domain/report.ts";
import { type Html, html } from "./html.ts";
import { evidence, facts, list, orMissing, renderMissing, section, table } from "./part.ts";

export function renderAuthorisation({ authorisation, trigger, cause }: Report): Html {
  const { requester, reason, method, approvals, boundTo, abortCriteria } = authorisation;
  const approved = isMissing(approvals)
    ? approvals
    : html`${approvals.map(({ by, at }) => html`<div>${by} <span class="soft">${at}</span></div>`)}`;
  return section(
    "Decision, and who approved",
    facts([
      ["Asked for by", requester],
      ["Because", reason],
      ["By right of", method],
      ["Approved by", approved],
      [
        "Bound to",
        html`epoch ${boundTo.epoch}, plan <span class="hash">${boundTo.planHash}</span>`,
      ],
      ["Verdict", trigger.verdict],
      ["Evidence", trigger.evidence.length === 0 ? null : list(trigger.evidence)],
      ["Agreed beforehand", list(abortCriteria)],
      ["Change ticket", authorisation.changeTicket],
    ]),
    html`<h3>What it was decided on</h3>`,
    evidence("cause", cause),
  );
}

export function renderIdentification({ identification, scenario, plan }: Report): Html {
  const { mode, trigger, schedule, productionImpact, clusters } = identification;
  return section(
    "What this was",
    facts([
      ["Mode", mode],
      ["Opened by", trigger],
      ["Schedule", typeof schedule === "string" ? schedule : schedule],
      ["From, to", `${clusters.from}, ${clusters.to}`],
      ["Effect on production", productionImpact],
      ["Scenario", html`${scenario.class}: ${scenario.description}`],
      ["Expected", list(scenario.expected)],
      ["Injected faults", scenario.injectedFaults],
      [
        "Plan",
        html`<span class="hash">${plan.hash}</span>, ${plan.steps.length} steps, ends: ${plan.ends}`,
      ],
      ["Organisation", identification.organisation],
      ["Business function", identification.function],
      ["Announced", identification.announced],
    ]),
  );
}

export function renderClients({ clients }: Report): Html {
  if (isMissing(clients)) return section("What clients saw", renderMissing(clients));
  const rows = clients.vantages.map((one) => [
    one.vantage,
    renderDuration(one.longestOutageMs),
    one.samplesFailed,
    html`${one.outages.length === 0 ? "none" : one.outages.map(({ from, until, ms }) => html`<div>${from} to ${until ?? "the end of the record"}, ${renderDuration(ms)}</div>`)}`,
  ]);
  const columns = ["Vantage", "Longest outage", "Samples failed", "Outages"];
  return section(
    "What clients saw",
    html`<p>Overall: ${renderDuration(clients.longestOutageMs)} at most, ${clients.samplesFailed} samples failed. <span class="soft">Asked by name, as users do; ${clients.sampling.bound}.</span></p>`,
    table(
      columns.map((title) => ({ title })),
      rows,
    ),
  );
}

export function renderData({ dataIntegrity, dataLoss }: Report): Html {
  const head = html`<p>At most ${renderDuration(dataLoss.ms)} lost, ${dataLoss.confidence}: ${dataLoss.method}.</p>`;
  if (isMissing(dataIntegrity)) return section("Data", renderMissing(dataIntegrity));
  const stores = dataIntegrity.map((store) => {
    const positions = isMissing(store.positions)
      ? renderMissing(store.positions)
      : html`${store.positions.map(({ step, cluster, before, after }) => html`<div>${step} on ${cluster}${evidence("before", before)}${evidence("after", after)}</div>`)}`;
    const fencing = isMissing(store.fencing)
      ? store.fencing
      : store.fencing.map(({ step, state }) => `${step} ${state}`).join(", ");
    return html`<h3>${store.store}</h3>${facts([
      ["Engine", store.engine],
      ["Loss bound", renderBound(store.lossBound)],
      ["Consistency marker", jsonOr(store.consistencyMarker)],
      ["Fencing", fencing],
      ["Acknowledged beside", jsonOr(store.acknowledgedBeside)],
      ["Comparison", store.comparison],
      ["Positions", positions],
    ])}`;
  });
  return section("Data", head, html`${stores}`);
}

function renderBound(bound: { ms: number | null; confidence: string; method: string } | Missing) {
  if (isMissing(bound)) return bound;
  return html`${renderDuration(bound.ms)}, ${bound.confidence}: ${bound.method}`;
}

function jsonOr(value: Json | Missing): Html | Missing {
  return isMissing(value) ? value : html`<code>${JSON.stringify(value)}</code>`;
}

export function renderReturn({ returnToNormal, commitWindow }: Report): Html {
  const commit = isMissing(commitWindow)
    ? renderMissing(commitWindow)
    : html`One command, a ${commitWindow.back}, takes it back until ${commitWindow.until}.`;
  if (isMissing(returnToNormal))
    return section("Return to normal", html`<p>${orMissing(returnToNormal)}</p><p>${commit}</p>`);
  const { isComplete, steps } = returnToNormal;
  const rows = steps.map(({ step, state, endedAt, before, after, differs }) => [
    step,
    `${state}${endedAt === null ? "" : ` ${endedAt}`}`,
    html`${evidence("before", before)}${evidence("after", after)}`,
    differs.length === 0 ? "nothing" : differs.join(", "),
  ]);
  const columns = ["Step", "Taken back", "Evidence", "Differs"].map((title) => ({ title }));
  return section(
    "Return to normal",
    html`<p>${isComplete ? "Everything that was changed was taken back." : "Not all that was changed was taken back."}</p>`,
    table(columns, rows),
  );
}

/** What an auditor may ask for and this report can't answer. */
export function renderMissingParts(report: Report): Html {
  return section(
    "What this report does not hold",
    facts([
      ["People", report.people],
      ["Security of the standby", report.securityPosture],
      ["Clock", html`${report.clock.source}. ${renderMissing(report.clock.offset)}`],
      ["Lessons", report.lessons],
      ["Corrective actions", report.correctiveActions],
      ["Sign-off", report.signOff],
      ["Retention", report.retention],
    ]),
  );
}

export function renderIntegrity({ integrity, operation }: Report, sha256: string): Html {
  return section(
    "Integrity",
    facts([
      ["This report", html`SHA-256 of its JSON: <span class="hash">${sha256}</span>`],
      [
        "Records",
        `${integrity.events}, each bearing the ${integrity.digestAlgorithm} of the one before`,
      ],
      ["First", html`<span class="hash">${integrity.firstHash}</span>`],
      ["Last", html`<span class="hash">${integrity.lastHash}</span>`],
    ]),
    html`<p class="soft">The JSON is the record, this page a rendering of it. To check the one: <code>greenlight report show ${operation} --format json | sha256sum</code>. To check what it is made from: <code>greenlight audit export &gt; journal.jsonl</code>, <code>greenlight audit verify journal.jsonl --key PUBLIC</code>, <code>greenlight report show ${operation} --journal journal.jsonl --format json</code>.</p>`,
  );
}
