import type { JournalEvent } from "../../domain/event.ts";
import type { VerdictKind } from "../../domain/verdict-kind.ts";
import type { Entry } from "./chronicle.ts";

interface Turning {
  /** When it was doubted or well again, of late. */
  turns: readonly number[];
  /** Of the newest doubt, in case it comes to something. */
  kept: readonly Entry[];
  isSaid: boolean;
}

/**
 * On a machine that is too busy to answer probes in time a cluster is doubted and well again, over and
 * over. That is one line; what comes to something is told as ever.
 */
export class Flicker {
  readonly #clusters = new Map<string, Turning>();

  /** What is told of the event, of the entries that it would have. */
  fold(event: JournalEvent, entries: readonly Entry[]): readonly Entry[] {
    const { type, at } = event;
    if (type !== "suspicion.raised" && type !== "suspicion.cleared" && type !== "verdict.reached")
      return entries;
    const { cluster } = event;
    const { turns, kept, isSaid } = this.#clusters.get(cluster) ?? CALM;
    if (type === "verdict.reached" && !QUIET.includes(event.verdict)) {
      this.#clusters.set(cluster, CALM);
      return [...kept, ...entries];
    }
    const late = [...turns.filter((turn) => at - turn < WINDOW_MS), at];
    const isMany = late.length > MAX_TURNS;
    const isOver = type === "suspicion.cleared" || (type !== "suspicion.raised" && !isDoubt(event));
    const doubt = type === "suspicion.raised" ? entries : isOver ? [] : kept;
    this.#clusters.set(cluster, { turns: late, kept: isMany ? doubt : [], isSaid: isMany });
    if (!isMany) return entries;
    const text = `${cluster} is doubted and well again, over and over: not told until it comes to something`;
    return isSaid ? [] : [{ at, what: "to and fro", text }];
  }
}

function isDoubt({ verdict }: { readonly verdict: VerdictKind }): boolean {
  return verdict !== "healthy";
}

const CALM: Turning = { turns: [], kept: [], isSaid: false };
/** They move nothing. */
const QUIET: readonly VerdictKind[] = ["healthy", "degraded", "inconclusive", "observer-isolated"];
const WINDOW_MS = 10_000;
const MAX_TURNS = 6;
