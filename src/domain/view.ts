import type { Health } from "./health.ts";
import type { Layer, VantageState } from "./observation.ts";

/** What all vantages see of one application's clusters at one instant. */
export interface View {
  /** Wall clock in ms since 1970, as every other instant here. */
  readonly now: number;
  /** What is older than this is absent: a vantage that fell silent, an answer that is no news. */
  readonly freshMs: number;
  readonly vantages: readonly VantageState[];
  readonly sources: readonly Source[];
}

/** One probe at one vantage, asking one layer of one cluster, and what came of it. */
export interface Source {
  readonly cluster: string;
  readonly layer: Layer;
  readonly probe: string;
  readonly vantage: string;
  readonly health: Health;
}

/** Absent: it has not spoken of itself for too long. One that abstains has said why. */
export type Standing = "fit" | "abstaining" | "absent";

export function standingOf(
  view: Pick<View, "now" | "freshMs">,
  { at, whyNotFit }: VantageState,
): Standing {
  if (!isFresh(view, at)) return "absent";
  return whyNotFit === undefined ? "fit" : "abstaining";
}

/** Has it answered lately, and could it tell? Only then does it speak for its vantage. */
export function speaks(view: View, { health: { last } }: Source): boolean {
  return last !== undefined && last.answer !== "unknown" && isFresh(view, last.at);
}

/** Is it failing right now, at or below the threshold? */
export function isFailing({ health }: Source): boolean {
  return health.failuresInRow > 0;
}

/** An instant that lies ahead by more than the bound is no better than one that is long past. */
function isFresh({ now, freshMs }: Pick<View, "now" | "freshMs">, at: number): boolean {
  return Math.abs(now - at) <= freshMs;
}
