import { type Diagnosis, diagnose } from "./diagnosis.ts";
import { describeAbsence, describeLayer } from "./evidence.ts";
import { type LayerStates, stateOf, type Tally, tallyOf } from "./layer.ts";
import { LAYERS, type Layer } from "./observation.ts";
import {
  type Ballot,
  ballotsOf,
  isFit,
  MIN_FAILURE_DOMAINS,
  type Voter,
  votersOf,
} from "./quorum.ts";
import type { VerdictKind } from "./verdict-kind.ts";
import { isFailing, type Source, speaks, type View } from "./view.ts";

/** Which fault domain of one cluster failed, from all layers and all vantages together. */
export interface Verdict {
  readonly cluster: string;
  readonly kind: VerdictKind;
  /** Half a sentence for people. */
  readonly because: string;
  /** For people: why, one line a layer, one for each vantage without a vote. */
  readonly evidence: readonly string[];
  readonly layers: LayerStates;
  readonly votes: Readonly<Record<Layer, Tally>>;
}

export interface JudgeOptions {
  readonly cluster: string;
  /** Is it the application's primary, as far as anyone knows? */
  readonly serves: boolean;
  /** Votes that a layer's state needs, at least 1. */
  readonly quorum: number;
  /** How many different ones the configured vantages really stand in. */
  readonly failureDomains: number;
}

/** Judges one cluster. Nothing is decided by fewer fit voters than the quorum. */
export function judge(view: View, options: JudgeOptions): Verdict {
  const { cluster, serves } = options;
  const quorum = Math.max(1, options.quorum);
  const voters = votersOf(view, options.failureDomains);
  const fit = voters.filter(isFit).length;
  const ballots = byLayer((layer) => ballotsOf(view, voters, { cluster, layer }));
  const votes = byLayer((layer) => tallyOf(ballots[layer]));
  const layers = byLayer((layer) => stateOf(votes[layer], quorum));
  const elsewhereBad = looksBadElsewhere(view, { cluster, voters, quorum });
  const { kind, because } =
    fit < quorum
      ? diagnoseObservers({ fit, known: voters.length, quorum })
      : diagnose(layers, { serves, elsewhereBad });
  const unit = options.failureDomains < MIN_FAILURE_DOMAINS ? "vantages" : "failure domains";
  const evidence = LAYERS.map((name) => {
    const judged = serves || (name !== "public" && name !== "workload");
    const said = { ballots: ballots[name], of: `${fit} ${unit}` };
    return describeLayer(view, { name, state: layers[name], judged }, said);
  });
  const lines = [`${kind}: ${because}`, ...evidence, ...describeAbsence(view)];
  return { cluster, kind, because, evidence: lines, layers, votes };
}

function diagnoseObservers(of: { fit: number; known: number; quorum: number }): Diagnosis {
  const { fit, known, quorum } = of;
  const few = `${fit} of the ${quorum} votes that it takes`;
  return known < quorum
    ? { kind: "inconclusive", because: `${few}: too few vantages report` }
    : { kind: "observer-isolated", because: `${few}: the others abstain` };
}

/**
 * Do the API servers of all other clusters that anyone asks fail a quorum, from the first failure
 * on? Also a vantage that abstains is heard: when all looks bad, that it does is what matters.
 */
function looksBadElsewhere(
  view: View,
  { cluster, voters, quorum }: { cluster: string; voters: readonly Voter[]; quorum: number },
): boolean {
  const others = new Set(view.sources.map((source) => source.cluster));
  others.delete(cluster);
  const seen = [...others].map((other) => {
    const ballots = ballotsOf(view, voters, { cluster: other, layer: "api" });
    return { bad: count(view, ballots, looksBad), good: count(view, ballots, looksGood) };
  });
  const known = seen.filter(({ bad, good }) => bad + good > 0);
  return known.length > 0 && known.every(({ bad, good }) => bad >= quorum && good < quorum);
}

/** Of how many voters are all sources that speak so? */
function count(view: View, ballots: readonly Ballot[], isSo: (source: Source) => boolean): number {
  return ballots
    .map(({ sources }) => sources.filter((source) => speaks(view, source)))
    .filter((own) => own.length > 0 && own.every(isSo)).length;
}

/**
 * One good answer does not end it: when all was cut off and comes back, one cluster answers first,
 * and for that moment the other must not look like the only one that is lost.
 */
function looksBad(source: Source): boolean {
  return isFailing(source) || source.health.state === "failed";
}

function looksGood(source: Source): boolean {
  return !looksBad(source);
}

function byLayer<T>(of: (layer: Layer) => T): Readonly<Record<Layer, T>> {
  return {
    api: of("api"),
    nodes: of("nodes"),
    public: of("public"),
    workload: of("workload"),
    data: of("data"),
  };
}
