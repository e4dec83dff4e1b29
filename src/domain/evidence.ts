import type { LayerState } from "./layer.ts";
import type { Layer } from "./observation.ts";
import type { Ballot, Vote } from "./quorum.ts";
import { isFailing, type Source, speaks, standingOf, type View } from "./view.ts";

/** The layer's state and the ballots that it comes from, in one line for people. */
export function describeLayer(
  view: View,
  layer: { readonly name: Layer; readonly state: LayerState; readonly judged: boolean },
  { ballots, of }: { readonly ballots: readonly Ballot[]; readonly of: string },
): string {
  const parts = ORDER.flatMap((vote) => describeVote(view, ballots, vote));
  const [first, ...others] = parts;
  const seen =
    first === undefined
      ? describeSilence(ballots)
      : [`${first.text} of ${of}${first.because}`, ...others.map((one) => one.text + one.because)];
  const prefix = layer.judged ? PREFIXES[layer.state] : "not judged, it does not serve: ";
  return `${layer.name}: ${prefix}${[seen].flat().join(", ")}`;
}

/** One line for each vantage that has no vote, and why. */
export function describeAbsence(view: View): readonly string[] {
  return view.vantages.flatMap((state) => {
    const standing = standingOf(view, state);
    if (standing === "absent") return [`${state.vantage} has not reported`];
    return standing === "abstaining" ? [`${state.vantage} abstains: ${state.whyNotFit}`] : [];
  });
}

const ORDER = ["failed", "partial", "suspect", "healthy"] as const;

const TEXTS: Readonly<Record<Exclude<Vote, "none">, string>> = {
  failed: "failed at",
  partial: "failed in part at",
  suspect: "suspect at",
  healthy: "healthy at",
};

const PREFIXES: Readonly<Record<LayerState, string>> = {
  healthy: "",
  partial: "",
  failed: "",
  suspect: "not clear yet: ",
  split: "split vote: ",
  unknown: "not known: ",
};

function describeVote(view: View, ballots: readonly Ballot[], vote: (typeof ORDER)[number]) {
  const cast = ballots.filter((one) => one.counts && one.vote === vote);
  if (cast.length === 0) return [];
  const failing = cast
    .flatMap(({ sources }) => sources)
    .filter((source) => speaks(view, source) && isFailing(source));
  return [{ text: `${TEXTS[vote]} ${cast.length}`, because: describeRun(view, failing) }];
}

function describeRun({ now }: View, failing: readonly Source[]): string {
  if (failing.length === 0) return "";
  const answers = new Set(failing.map(({ health }) => health.last?.answer ?? "unknown"));
  const kinds = [...answers].sort().join(", ");
  const since = failing.flatMap(({ health }) => health.firstFailedAt ?? []);
  if (since.length < failing.length) return ` (${kinds}, since before the clock was set back)`;
  return ` (${kinds}, for ${Math.max(0, now - Math.min(...since))} ms)`;
}

function describeSilence(ballots: readonly Ballot[]): string {
  if (ballots.some(({ vote }) => vote !== "none")) return "only seen by vantages that abstain";
  const asked = ballots.flatMap(({ sources }) => sources);
  if (asked.length === 0) return "not asked";
  const last = asked.map(({ health }) => health.last);
  const details = new Set(last.flatMap((one) => (one?.detail === undefined ? [] : [one.detail])));
  const [detail] = [...details].sort();
  return detail === undefined ? "no answer that tells" : `no answer that tells (${detail})`;
}
