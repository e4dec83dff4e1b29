import type { Explanation } from "../../domain/explain.ts";
import type { Report } from "../../domain/report.ts";
import type { Tally } from "./answer.ts";
import type { Expected } from "./fault-table.ts";

/** What happened, as it is judged. */
export interface Ending {
  readonly explanation: Explanation;
  readonly reports: readonly Report[];
  readonly tally: Tally;
  /** Acknowledged writes that are gone; null: the primary's store could not be asked. */
  readonly writesLost: number | null;
}

/** Everything that went otherwise than was said of the fault; empty: it went so. */
export function whyNotAsExpected(expected: Expected, ending: Ending): readonly string[] {
  const { explanation, reports } = ending;
  const primary = expected.moves ? "green" : "blue";
  const outcomes = reports.map(({ outcome, status }) => outcome ?? status).join(", ");
  const met = areObjectivesMet(ending);
  return [
    ...differs("the primary", explanation.primary ?? "not known", primary),
    ...differs("operations", outcomes || "none", expected.outcome ?? "none"),
    ...whyNotExplained(expected, explanation),
    ...differs("objectives", met ? "met" : "missed", wordOf(expected.objectivesMet)),
  ];
}

/** What the explanation says otherwise. On a machine that is busy it may take a moment. */
export function whyNotExplained(
  expected: Partial<Expected>,
  { verdicts, guards }: Explanation,
): readonly string[] {
  const blue = verdicts.find(({ cluster }) => cluster === "blue");
  const guard = guards.find(({ name }) => name === expected.guard);
  return [
    ...differs("the verdict on blue", blue?.verdict ?? "none", expected.verdict),
    ...(guard && guard.whyNot === undefined ? [`the guard ${guard.name} forbids nothing`] : []),
  ];
}

/**
 * A move is judged by its report. Where there was none, or it was undone, users were served by
 * whatever was there, and what they saw is judged.
 */
export function areObjectivesMet({ reports, tally, writesLost }: Ending): boolean {
  const moves = reports.filter(({ outcome }) => outcome === "succeeded");
  const isOpen = reports.some(({ outcome }) => outcome === null || outcome === "held");
  if (isOpen || writesLost === null) return false;
  if (moves.length === 0) return tally.longestOutageMs <= RTO_MS && writesLost === 0;
  const objectives = moves.flatMap(({ criteria }) =>
    criteria.filter(({ id, mandatory }) => mandatory && (id === "rto" || id === "rpo")),
  );
  return objectives.every(({ verdict }) => verdict === "pass");
}

function differs(what: string, is: string, should: string | undefined): readonly string[] {
  return should === undefined || is === should ? [] : [`${what}: ${is}, not ${should}`];
}

function wordOf(met: boolean | undefined): string | undefined {
  return met === undefined ? undefined : met ? "met" : "missed";
}

/** As the sandbox's configuration has it. */
const RTO_MS = 5_000;
