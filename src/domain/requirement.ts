import type { Debt } from "./debt.ts";
import { type DecisionContext, primaryVerdict } from "./guard.ts";
import type { Memory } from "./memory.ts";
import type { RequirementName } from "./runbook.ts";
import type { Found, Survey } from "./survey.ts";

/** What requirements go by, beside what a decision goes by. */
export interface RequirementContext {
  readonly now: DecisionContext;
  readonly survey: Survey;
  readonly memory: Memory;
  /** What earlier operations left undone. */
  readonly debts: readonly Debt[];
}

export interface Unmet {
  readonly code: RequirementName;
  readonly text: string;
}

/** What is missing of what a kind requires when a person asks for it: all of it, in this order. */
export function whyNotMet(
  required: readonly RequirementName[],
  context: RequirementContext,
): readonly Unmet[] {
  return REQUIREMENTS.flatMap(({ name, whyNot }) =>
    required.includes(name) ? whyNot(context).map((text) => ({ code: name, text })) : [],
  );
}

/** One thing that a planned move needs: the reasons why it is not so, none when it is. */
interface Requirement {
  readonly name: RequirementName;
  readonly whyNot: (context: RequirementContext) => readonly string[];
}

const REQUIREMENTS: readonly Requirement[] = [
  { name: "primary-healthy", whyNot: whyPrimaryNotHealthy },
  { name: "stable", whyNot: whyNotStable },
  { name: "synchronised", whyNot: whyNotSynchronised },
  { name: "parity", whyNot: whyNotEqual },
  { name: "debt", whyNot: whyNothingOwed },
];

function whyPrimaryNotHealthy({ now }: RequirementContext): readonly string[] {
  const verdict = primaryVerdict(now);
  if (!verdict) return ["there is no verdict on the primary yet"];
  const { cluster, kind, because } = verdict;
  return kind === "healthy" ? [] : [`${cluster}, the primary, is ${kind} (${because})`];
}

/** Well now, and ever since long enough ago: a cluster that comes and goes begins anew each time. */
function whyNotStable({ now, memory }: RequirementContext): readonly string[] {
  const { to, application } = now;
  const verdict = Object.hasOwn(now.verdicts, to) ? now.verdicts[to] : undefined;
  if (!verdict) return [`there is no verdict on ${to} yet`];
  if (verdict.kind !== "healthy") return [`${to} is ${verdict.kind} (${verdict.because})`];
  const kept = memory.verdicts[to];
  const since = kept?.kind === "healthy" ? kept.at : now.now;
  const wellMs = Math.max(0, now.now - since);
  const { stabilisationMs } = application.policy;
  if (wellMs >= stabilisationMs) return [];
  const [well, left] = [Math.floor(wellMs / 1000), Math.ceil((stabilisationMs - wellMs) / 1000)];
  return [`${to} has been well for ${well} s only: ${left} s remain of its stabilisation`];
}

function whyNotSynchronised({ now, survey }: RequirementContext): readonly string[] {
  const { to, application } = now;
  return application.data.flatMap((store) => {
    const seen = survey.stores[store]?.[to];
    if (!seen) return [`${store} of ${to} was not read yet`];
    if ("missing" in seen) return [`${store} of ${to} can't be read: ${seen.missing}`];
    const { role, linkUp, confidence, lagMs, reasons } = seen.found;
    if (role !== "standby") return [`${store} of ${to} is ${role}, and follows nobody`];
    if (linkUp !== true) return [`${store} of ${to} has no link to its primary`];
    if (confidence === "unknown" || lagMs === null)
      return [`how far ${store} of ${to} is behind is unknown: ${reasons.join("; ")}`];
    const { rpoMs } = application.objectives;
    return lagMs <= rpoMs
      ? []
      : [`${store} of ${to} is ${lagMs} ms behind, and the RPO is ${rpoMs} ms`];
  });
}

/** What would run there is what runs here, and this is as it was when all was well. */
function whyNotEqual({ now, survey, memory }: RequirementContext): readonly string[] {
  const { primary, to, application } = now;
  if (primary === undefined) return [];
  return application.workloads.flatMap((name) => {
    const [here, there] = [survey.workloads[primary]?.[name], survey.workloads[to]?.[name]];
    const unread = whyUnread(name, primary, here) ?? whyUnread(name, to, there);
    if (unread !== undefined) return [unread];
    const [own, other] = [foundIn(here), foundIn(there)];
    const [images, others] = [own?.images ?? [], other?.images ?? []].map((one) => one.join(", "));
    const drift =
      images === others ? [] : [`${name} runs ${images} on ${primary}, and ${others} on ${to}`];
    const known = memory.replicas[primary]?.[name]?.replicas;
    if (known === undefined) return [...drift, `${name} was never seen healthy on ${primary}`];
    const replicas = own?.replicas;
    return replicas === known
      ? drift
      : [...drift, `${name} has ${replicas} replicas on ${primary}, and had ${known} when healthy`];
  });
}

function whyNothingOwed({ now, debts }: RequirementContext): readonly string[] {
  const isOwed = debts.some(({ cluster }) => cluster === now.to);
  return isOwed ? [] : [`nothing is owed of ${now.to}: no operation left anything undone there`];
}

function whyUnread(name: string, cluster: string, seen: Found<unknown> | undefined) {
  if (!seen) return `${name} of ${cluster} was not read yet`;
  return "missing" in seen ? `${name} of ${cluster} can't be read: ${seen.missing}` : undefined;
}

function foundIn<T>(seen: Found<T> | undefined): T | undefined {
  return seen && "found" in seen ? seen.found : undefined;
}
