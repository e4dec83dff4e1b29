import type { Layer } from "./observation.ts";
import { isFailing, type Source, speaks, standingOf, type View } from "./view.ts";

/** Fewer of these, and a quorum can only count vantages: that must be accepted by name. */
export const MIN_FAILURE_DOMAINS = 3;

/** Who has one vote together: the vantages of one failure domain, or one vantage. */
export interface Voter {
  readonly name: string;
  /** By vantage: does it vote, or abstain? Those that are absent are left out. */
  readonly members: ReadonlyMap<string, "fit" | "abstaining">;
}

/** partial: some probes of the layer are healthy, others failed. none: nothing that counts. */
export type Vote = "healthy" | "partial" | "failed" | "suspect" | "none";

/** What one voter says of one layer of one cluster, and what it goes by. */
export interface Ballot {
  readonly voter: string;
  readonly vote: Vote;
  /** False: only vantages that abstain stand behind it. It may raise doubt, and decides nothing. */
  readonly counts: boolean;
  readonly sources: readonly Source[];
}

/** With enough failure domains each is one voter, whatever stands in it. */
export function votersOf(view: View, failureDomains: number): readonly Voter[] {
  const voters = new Map<string, Map<string, "fit" | "abstaining">>();
  for (const state of view.vantages) {
    const standing = standingOf(view, state);
    if (standing === "absent") continue;
    const name = failureDomains < MIN_FAILURE_DOMAINS ? state.vantage : state.failureDomain;
    const members = voters.get(name) ?? new Map<string, "fit" | "abstaining">();
    voters.set(name, members.set(state.vantage, standing));
  }
  return [...voters].map(([name, members]) => ({ name, members }));
}

export function isFit({ members }: Voter): boolean {
  return [...members.values()].includes("fit");
}

export function ballotsOf(
  view: View,
  voters: readonly Voter[],
  of: { readonly cluster: string; readonly layer: Layer },
): readonly Ballot[] {
  const asked = view.sources.filter(
    ({ cluster, layer }) => cluster === of.cluster && layer === of.layer,
  );
  return voters.map((voter) => ballotOf(view, voter, asked));
}

/**
 * The failures that an abstaining vantage sees count for nothing. What it sees as good, or as not
 * clear, still does, as doubt: so that falling ill never makes a loss out of what was none.
 */
function ballotOf(view: View, voter: Voter, asked: readonly Source[]): Ballot {
  const sources = asked.filter(({ vantage }) => voter.members.has(vantage));
  const cast = [...voter.members].map(([vantage, standing]) => {
    const own = sources.filter((source) => source.vantage === vantage && speaks(view, source));
    return { standing, vote: voteOf(own) };
  });
  const heard = cast.filter(({ vote }) => vote !== "none");
  const valid = heard.filter(({ standing, vote }) => standing === "fit" || vote !== "failed");
  const counts = valid.some(({ standing }) => standing === "fit");
  const [first, ...others] = new Set(valid.map(({ vote }) => vote));
  const common = first !== undefined && others.length === 0 ? first : "suspect";
  return { voter: voter.name, vote: heard.length > 0 ? common : "none", counts, sources };
}

/** A target that answered well once is no longer failing, though it is not healthy yet. */
function voteOf(sources: readonly Source[]): Vote {
  if (sources.length === 0) return "none";
  const failed = sources.filter((one) => one.health.state === "failed" && isFailing(one)).length;
  const healthy = sources.filter((one) => one.health.state === "healthy").length;
  if (failed > 0 && healthy > 0) return "partial";
  if (failed === sources.length) return "failed";
  return healthy === sources.length ? "healthy" : "suspect";
}
