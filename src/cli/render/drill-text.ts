import { renderInstant } from "../../domain/instant.ts";
import type { DrillOutcome, DrillStatus } from "../../runtime/control/drill.ts";
import { renderTable } from "./table.ts";

/** Each with its next time and what came of its last one. */
export function renderDrills(drills: readonly DrillStatus[]): string {
  if (drills.length === 0) return "No drill is scheduled: the config has no `drills`.\n";
  const rows = drills.map(({ name, application, next: [next], last: [last] }) => [
    name,
    application,
    next ? time(next.at) : "-",
    last ? outcomeText(last) : "-",
  ]);
  return renderTable(["NAME", "APPLICATION", "NEXT (UTC)", "LAST"], rows);
}

/** The next ones of all, soonest first. */
export function renderNext(drills: readonly DrillStatus[], count: number): string {
  const all = drills.flatMap(({ name, application, next }) =>
    next.map((due) => ({ ...due, name, application })),
  );
  const soonest = all.toSorted((one, other) => one.at - other.at).slice(0, count);
  const rows = soonest.map(({ name, application, at, whyNot }) => [
    time(at),
    name,
    application,
    whyNot === undefined ? "-" : `skipped: ${whyNot}`,
  ]);
  return renderTable(["BEGINS (UTC)", "NAME", "APPLICATION", "KNOWN ALREADY"], rows);
}

function outcomeText({ dueAt, outcome, operation, state, reason }: DrillOutcome): string {
  const what = operation === undefined ? `${outcome}: ${reason ?? ""}` : `${state} ${operation}`;
  return `${time(dueAt)} ${what}`;
}

function time(instant: number): string {
  return renderInstant(instant).slice(0, "2026-01-01T00:00:00".length);
}
