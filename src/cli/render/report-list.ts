import { renderDuration } from "../../domain/duration-text.ts";
import { renderInstant } from "../../domain/instant.ts";
import type { ReportHead } from "../../engine/ports/reports.ts";
import { renderTable } from "./table.ts";

export function renderReports(reports: readonly ReportHead[]): string {
  return renderTable(
    ["OPERATION", "KIND", "RESULT", "OPENED", "TOOK, LOST"],
    reports.map(({ operation, kind, result, openedAt, recoveryTimeMs, dataLossMs }) => [
      operation,
      kind,
      result,
      renderInstant(openedAt).slice(0, "2026-01-01T00:00".length),
      `${renderDuration(recoveryTimeMs)}, ${renderDuration(dataLossMs)}`,
    ]),
  );
}
