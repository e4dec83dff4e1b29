import { CALLS, DRILL_CALLS, type KillCall } from "./call.ts";
import { Seeded } from "./seeded.ts";

/** When serve is killed: while a call is held, or so long after blue died. */
export type Moment =
  | { readonly call: KillCall; readonly when: "before" | "after" }
  | { readonly afterMs: number };

export interface KillCase {
  readonly name: string;
  readonly moment: Moment;
  /** And a second time, so long after it was started again. */
  readonly againMs?: number;
}

/** The whole sweep of a failover. The same seed, the same cases. */
export function allCases(seed: number): readonly KillCase[] {
  return casesOf({ calls: CALLS, whens: ["before", "after"], after: "blue died" }, seed);
}

/** Of a drill; what it only reads is killed when it was answered. */
export function drillCases(seed: number): readonly KillCase[] {
  const all = casesOf({ calls: DRILL_CALLS, whens: ["before", "after"], after: "it began" }, seed);
  return all.filter(({ moment }) => {
    if ("afterMs" in moment) return moment.afterMs < DRILL_MS;
    return moment.call.isWrite || moment.when === "after";
  });
}

function casesOf(
  of: {
    readonly calls: readonly KillCall[];
    readonly whens: readonly ("before" | "after")[];
    readonly after: string;
  },
  seed: number,
): readonly KillCase[] {
  const chance = new Seeded(seed);
  const held = of.calls.flatMap((call) =>
    of.whens.map((when) => {
      const name = `${call.name}: ${when} it${call.isWrite ? " took effect" : " was answered"}`;
      return { name, moment: { call, when } };
    }),
  );
  const timed = Array.from({ length: MOMENTS }, (_, index) => {
    const afterMs = Math.floor(((index + chance.fraction()) * WINDOW_MS) / MOMENTS);
    return { name: `${afterMs} ms after ${of.after}`, moment: { afterMs } };
  });
  const twice = held
    .filter(({ moment }) => moment.call.isWrite && moment.when === "after")
    .map((one) => {
      const againMs = Math.floor(chance.fraction() * AGAIN_MS);
      return { ...one, name: `${one.name}, and again ${againMs} ms after its start`, againMs };
    });
  return [...held, ...timed, ...twice];
}

/** A fifth of them, some of each sort. */
export function fifthOf(cases: readonly KillCase[], seed: number): readonly KillCase[] {
  const chance = new Seeded(seed);
  const sorts = new Map<string, KillCase[]>();
  for (const one of cases) sorts.set(sortOf(one), [...(sorts.get(sortOf(one)) ?? []), one]);
  const drawn = new Set(
    [...sorts.values()].flatMap((sort) =>
      chance.shuffled(sort).slice(0, Math.round(sort.length / 5)),
    ),
  );
  return cases.filter((one) => drawn.has(one));
}

function sortOf({ moment, againMs }: KillCase): string {
  if (againMs !== undefined) return "twice";
  if ("afterMs" in moment) return "moment";
  return `${moment.call.isWrite ? "write" : "read"} ${moment.when}`;
}

const MOMENTS = 20;
/** Longer than an undisturbed failover on a busy machine. */
const WINDOW_MS = 1_500;
/** An undisturbed drill is over sooner. */
const DRILL_MS = 900;
/** Well into the resumption. */
const AGAIN_MS = 3_500;
