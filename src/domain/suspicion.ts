import { type Answer, type Layer, wasSetBack } from "./observation.ts";
import { isFailing, type Source, speaks, standingOf, type View } from "./view.ts";

/** A first failure, not yet a verdict: reads may start early, nothing is written. */
export interface Suspicion extends FaultBounds {
  readonly cluster: string;
  readonly layer: Layer;
  readonly vantage: string;
  readonly probe: string;
  readonly answer: Answer;
}

/** The fault began between these two. Wall clock in ms since 1970, when the questions were asked. */
export interface FaultBounds {
  /** The newest good answer of the layer from any vantage; null: none seen. */
  readonly lastGoodAt: number | null;
  /** The earliest failure after it; null: the clock was set back since, and nobody knows. */
  readonly firstFailedAt: number | null;
}

/** What users feel first. Workload and nodes are seen through the API server only: no instants. */
const FELT = ["public", "api", "data"] as const satisfies readonly Layer[];

/** What fails at a vantage that is fit, in the layer that is closest to users; if anything does. */
export function suspect(view: View, cluster: string): Suspicion | undefined {
  const fit = new Set(
    view.vantages.filter((one) => standingOf(view, one) === "fit").map(({ vantage }) => vantage),
  );
  const mine = view.sources.filter((source) => source.cluster === cluster);
  const failing = mine.filter(
    (source) => fit.has(source.vantage) && isFailing(source) && speaks(view, source),
  );
  const layer = FELT.find((felt) => failing.some((source) => source.layer === felt));
  if (layer === undefined) return undefined;
  const lastGoodAt = newestGood(mine.filter((source) => source.layer === layer));
  return firstOf(
    failing.filter((source) => source.layer === layer),
    lastGoodAt,
  );
}

/**
 * The bounds of a fault that began before this process did: what was kept when it was first seen
 * holds for as long as nobody has seen a good answer since. Both of its bounds are of one clock: where
 * that was set back, what is seen now is before them, and must not be mixed with them.
 */
export function mergeFault(kept: FaultBounds | undefined, seen: FaultBounds): FaultBounds {
  const { lastGoodAt, firstFailedAt } = seen;
  if (!kept) return { lastGoodAt, firstFailedAt };
  if (kept.firstFailedAt === null) return { lastGoodAt: null, firstFailedAt: null };
  if (firstFailedAt === null)
    return isSince(lastGoodAt, kept) ? { lastGoodAt, firstFailedAt } : pick(kept);
  if (lastGoodAt !== null && lastGoodAt > kept.firstFailedAt) return { lastGoodAt, firstFailedAt };
  if (wasSetBack(firstFailedAt, kept.lastGoodAt ?? kept.firstFailedAt))
    return lastGoodAt === null ? pick(kept) : { lastGoodAt, firstFailedAt };
  return {
    lastGoodAt: kept.lastGoodAt ?? lastGoodAt,
    firstFailedAt: Math.min(kept.firstFailedAt, firstFailedAt),
  };
}

/** Was it well after the fault that was kept, by a clock that may have been set back? */
function isSince(lastGoodAt: number | null, kept: FaultBounds): boolean {
  const bound = kept.firstFailedAt ?? Infinity;
  if (lastGoodAt === null) return false;
  return lastGoodAt > bound || wasSetBack(lastGoodAt, kept.lastGoodAt ?? bound);
}

function pick({ lastGoodAt, firstFailedAt }: FaultBounds): FaultBounds {
  return { lastGoodAt, firstFailedAt };
}

/**
 * The earliest failure that no good answer followed. Where another vantage still gets good ones the
 * fault is not yet everywhere: it then can't have begun before the newest of those.
 */
function firstOf(failing: readonly Source[], lastGoodAt: number | null): Suspicion | undefined {
  const good = lastGoodAt ?? -Infinity;
  const byTime = failing.toSorted((one, other) => sinceOf(one) - sinceOf(other));
  const first = byTime.find((source) => sinceOf(source) >= good) ?? byTime[0];
  if (!first) return undefined;
  const { cluster, layer, vantage, probe, health } = first;
  // One that lost its beginning may have begun before all that is known.
  const isKnown = byTime.every((source) => Number.isFinite(sinceOf(source)));
  const firstFailedAt = isKnown ? Math.max(sinceOf(first), good) : null;
  const answer = health.last?.answer ?? "unknown";
  return { cluster, layer, vantage, probe, answer, lastGoodAt, firstFailedAt };
}

function newestGood(sources: readonly Source[]): number | null {
  const good = sources.flatMap(({ health }) =>
    health.lastOkAt === undefined ? [] : [health.lastOkAt],
  );
  return good.length === 0 ? null : Math.max(...good);
}

function sinceOf({ health }: Source): number {
  return health.firstFailedAt ?? Infinity;
}
