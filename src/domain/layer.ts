import type { Layer } from "./observation.ts";
import type { Ballot, Vote } from "./quorum.ts";

/**
 * What the voters together say of one layer of one cluster.
 * partial: a part of its probes failed. suspect: too few votes either way, so far.
 * split: the votes contradict each other. unknown: nobody was asked, or nobody can tell.
 */
export type LayerState = "healthy" | "partial" | "failed" | "suspect" | "split" | "unknown";

export type LayerStates = Readonly<Record<Layer, LayerState>>;

/**
 * How many voted what. Who abstains is not among the healthy, partial and failed: it is a doubt
 * where it sees something good, else suspect.
 */
export type Tally = Readonly<Record<Exclude<Vote, "none">, number>> & { readonly doubts: number };

export function tallyOf(ballots: readonly Ballot[]): Tally {
  const count = (counts: boolean, vote: Vote) =>
    ballots.filter((one) => one.counts === counts && one.vote === vote).length;
  return {
    healthy: count(true, "healthy"),
    partial: count(true, "partial"),
    failed: count(true, "failed"),
    suspect: count(true, "suspect") + count(false, "suspect"),
    doubts: count(false, "healthy") + count(false, "partial"),
  };
}

/**
 * `quorum` votes make a layer failed or healthy. Where a quorum of others sees it good,
 * a quorum that sees it failed decides nothing: that can happen where it is less than a majority.
 */
export function stateOf(tally: Tally, quorum: number): LayerState {
  const { healthy, partial, failed, suspect, doubts } = tally;
  const known = healthy + partial + failed;
  if (failed >= quorum) return healthy + partial + doubts >= quorum ? "split" : "failed";
  if (healthy >= quorum) return "healthy";
  if (partial > 0 && known >= quorum) return "partial";
  if (failed > 0 && healthy > 0 && suspect === 0) return "split";
  return known + suspect + doubts > 0 ? "suspect" : "unknown";
}
