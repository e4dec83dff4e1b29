import { cronTimes } from "../adapters/cron/cron-times.ts";
import { timeZone } from "../adapters/cron/time-zone.ts";
import type { Flaw } from "../adapters/schema/issue-text.ts";
import { type BlockedWindow, whyBlocked } from "../domain/blocked-window.ts";
import { type Calendar, nextSlot } from "../domain/calendar.ts";
import type { Runbook } from "../domain/runbook.ts";
import type { Draft } from "./config-draft.ts";
import { drillSchema, toWindow } from "./config-drill.ts";

type Path = readonly PropertyKey[];
type Drill = NonNullable<NonNullable<Draft["drills"]>[number]>;

/** What is wrong with the drills, and between them and the rest. */
export function* whyDrillsWrong(
  draft: Draft,
  runbooks: ReadonlyMap<string, Runbook> | undefined,
): Generator<Flaw> {
  const names = new Set<string>();
  for (const [index, drill] of (draft.drills ?? []).entries()) {
    if (!drill) continue;
    const at: Path = ["drills", index];
    if (drill.name !== undefined && names.has(drill.name))
      yield { path: [...at, "name"], what: "another one has the same name" };
    if (drill.name !== undefined) names.add(drill.name);
    yield* whyNotOf(drill, draft, at);
    if (runbooks) yield* whyNotKind(drill, runbooks, at);
    yield* whyNotAlone(drill, draft, at);
    yield* whyNotDue(drill, at);
  }
}

function* whyNotOf({ application }: Drill, { applications = [] }: Draft, at: Path) {
  const known = applications.map((one) => one?.name);
  // One whose name is wrong is reported where it stands.
  if (application === undefined || known.includes(undefined) || known.length === 0) return;
  if (!known.includes(application))
    yield { path: [...at, "application"], what: `there is no application ${application}` };
}

function* whyNotKind({ kind = "drill" }: Drill, runbooks: ReadonlyMap<string, Runbook>, at: Path) {
  const path = [...at, "kind"];
  const runbook = runbooks.get(kind);
  if (!runbook) yield { path, what: `there is no runbook ${kind}` };
  else if (runbook.ends !== "restore")
    yield { path, what: `${kind} keeps what it does: a drill is of a kind that ends by restoring` };
}

/** It would only ask, and the journal would say that it was opened. */
function* whyNotAlone({ application, kind = "drill" }: Drill, draft: Draft, at: Path) {
  const of = draft.applications?.find((one) => one?.name === application);
  const approvals = of?.policy?.approvals;
  const people = approvals && Object.hasOwn(approvals, kind) ? approvals[kind] : undefined;
  if (people !== undefined && people > 1)
    yield {
      path: [...at, "kind"],
      what: `${kind} of ${application} needs ${people} people to agree: no schedule can open it`,
    };
}

function* whyNotDue(drill: Drill, at: Path): Generator<Flaw> {
  const { cron, timeZone: zoneName = "UTC" } = drill;
  const zone = timeZone(zoneName);
  if (!zone) yield { path: [...at, "timeZone"], what: "is no time zone that this system knows" };
  if (cron === undefined) return;
  const times = cronTimes(cron);
  if ("whyNot" in times) yield { path: [...at, "cron"], what: times.whyNot };
  else if (zone) yield* whyNotFitting(drill, { times, zone }, at);
}

function* whyNotFitting(drill: Drill, calendar: Calendar, at: Path): Generator<Flaw> {
  const { jitter, blocked } = drillSchema.pick({ jitter: true, blocked: true }).parse({
    ...(drill.jitter !== undefined && { jitter: drill.jitter }),
    ...(drill.blocked?.every(isWhole) && { blocked: drill.blocked }),
  });
  const gapMs = shortestGapMs(calendar);
  if (jitter > 0 && jitter >= gapMs)
    yield {
      path: [...at, "jitter"],
      what: `must be shorter than ${gapMs} ms, from one to the next`,
    };
  if (isNeverFree(calendar, blocked.map(toWindow)))
    yield { path: [...at, "cron"], what: "never comes outside its blocked windows" };
}

function isWhole(window: NonNullable<Drill["blocked"]>[number]): boolean {
  return window?.from !== undefined && window.to !== undefined && !window.days?.includes(undefined);
}

function shortestGapMs(calendar: Calendar): number {
  let shortest = Number.POSITIVE_INFINITY;
  let before = nextSlot(calendar, SOME_DAY);
  for (let i = 0; i < LOOKED_AT && before !== undefined; i += 1) {
    const slot = nextSlot(calendar, before);
    if (slot !== undefined) shortest = Math.min(shortest, slot - before);
    before = slot;
  }
  return shortest;
}

function isNeverFree(calendar: Calendar, windows: readonly BlockedWindow[]): boolean {
  if (windows.length === 0) return false;
  let slot = nextSlot(calendar, SOME_DAY);
  for (let i = 0; i < LOOKED_AT && slot !== undefined; i += 1) {
    const over = firstFree(slot, windows, calendar);
    if (over === slot) return false;
    slot = over === undefined ? undefined : nextSlot(calendar, over - 1);
  }
  return true;
}

/** Minute by minute, over a week at most. */
function firstFree(from: number, windows: readonly BlockedWindow[], { zone }: Calendar) {
  const offset = zone.offsetMs(from);
  const still = { offsetMs: () => offset };
  for (let at = from, i = 0; i <= MINUTES_OF_A_WEEK; i += 1, at = nextMinute(at))
    if (whyBlocked(windows, at, still) === undefined) return at;
  return undefined;
}

function nextMinute(instant: number): number {
  return (Math.floor(instant / 60_000) + 1) * 60_000;
}

/** 2026-01-01T00:00:00Z: what a config means does not depend on when it is read. */
const SOME_DAY = 1_767_225_600_000;
const LOOKED_AT = 60;
const MINUTES_OF_A_WEEK = 7 * 1440;
