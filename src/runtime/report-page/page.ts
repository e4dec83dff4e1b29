import { createHash } from "node:crypto";
import type { Report } from "../../domain/report.ts";
import { Html, html } from "./html.ts";
import {
  renderAuthorisation,
  renderClients,
  renderData,
  renderIdentification,
  renderIntegrity,
  renderMissingParts,
  renderReturn,
} from "./record-section.ts";
import { renderDeviations, renderNotExecuted, renderSteps } from "./step-section.ts";
import { STYLE } from "./style.ts";
import {
  renderCourse,
  renderCriteria,
  renderHead,
  renderObjectives,
  renderRecovery,
} from "./summary.ts";

/** What a browser may do with the page: nothing but to apply its one style sheet. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/**
 * The report as one page that needs nothing else: no script, no file beside it, no network. `sha256`
 * is of the report's canonical JSON, which is the record that this page shows.
 */
export function renderReportPage(report: Report, sha256: string): string {
  const { application, kind, result, operation } = report;
  const style = new Html(STYLE);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<title>${result}: ${kind} of ${application} (${operation})</title>
<style>${style}</style>
</head>
<body>
<main>
${[
  renderHead(report),
  renderObjectives(report),
  renderCriteria(report),
  renderRecovery(report),
  renderCourse(report),
  renderAuthorisation(report),
  renderSteps(report),
  renderNotExecuted(report),
  renderClients(report),
  renderData(report),
  renderReturn(report),
  renderDeviations(report),
  renderIdentification(report),
  renderMissingParts(report),
  renderIntegrity(report, sha256),
]}
</main>
</body>
</html>
`;
  return page.markup;
}
