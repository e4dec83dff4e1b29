import type { Application } from "./application.ts";
import type { LossBound } from "./loss-bound.ts";
import type { OperationPlan } from "./plan.ts";
import { MIN_FAILURE_DOMAINS } from "./quorum.ts";
import type { Suspicion } from "./suspicion.ts";
import type { Verdict } from "./verdict.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** All that a decision goes by: data only. Instants are wall clock, in ms since 1970. */
export interface DecisionContext {
  readonly now: number;
  readonly application: Application;
  /** undefined: not known, or not known yet. */
  readonly primary: string | undefined;
  /** Where it would move. */
  readonly to: string;
  /** By cluster. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly suspicion?: Suspicion | undefined;
  /** For how long nobody could tell whether the primary serves. */
  readonly blindForMs?: number | undefined;
  /** Who paused it, and why. */
  readonly pausedBy?: string | undefined;
  readonly lastMoveEndedAt?: number | undefined;
  /** When a human said that the last move was seen. */
  readonly acknowledgedAt?: number | undefined;
  /** Who stopped the last decided move, where nothing has changed since. */
  readonly stoppedBy?: string | undefined;
  /** Zero replicas is ready. */
  readonly standbyNotReady: readonly string[];
  readonly losses: readonly StoreLoss[];
  /** The operation that is open for this application, held ones too. */
  readonly runningOperation?: string | undefined;
  /** Of that operation: one that will take back what it does gives way to a decided move. */
  readonly runningEnds?: OperationPlan["ends"] | undefined;
  /** How many different ones the configured vantages really stand in. */
  readonly failureDomains: number;
  /** Could the primary be fenced now? */
  readonly primaryAnswers: boolean;
  /** Why it can't be said who is primary, as when both sides claim it: a human must. */
  readonly adoptionProblem?: string | undefined;
}

/** `store` is one of the application's `data`. */
export type StoreLoss = LossBound & { readonly store: string };

export type GuardName =
  | "paused"
  | "verdict"
  | "never-healthy"
  | "cooldown"
  | "stopped"
  | "standby-not-ready"
  | "loss-bound"
  | "operation-running"
  | "fencing"
  | "failure-domains"
  | "adoption";

/** One thing that forbids a move on its own. */
export interface Guard {
  readonly name: GuardName;
  readonly whyNot: (context: DecisionContext) => string | undefined;
}

/** Whatever a policy says: in these nobody is known to be hurt, or it is not known who is. */
export const NEVER_MOVES: readonly VerdictKind[] = [
  "healthy",
  "api-only",
  "observer-isolated",
  "inconclusive",
];

/** In the order in which people read them. */
export const GUARDS: readonly Guard[] = [
  { name: "paused", whyNot: whyPaused },
  { name: "verdict", whyNot: whyNotByVerdict },
  { name: "never-healthy", whyNot: whyNeverHealthy },
  { name: "cooldown", whyNot: whyCoolingDown },
  { name: "stopped", whyNot: whyStopped },
  { name: "standby-not-ready", whyNot: whyStandbyNotReady },
  { name: "loss-bound", whyNot: whyLossTooGreat },
  { name: "operation-running", whyNot: whyBusy },
  { name: "fencing", whyNot: whyNotFenceable },
  { name: "failure-domains", whyNot: whyTooFewDomains },
  { name: "adoption", whyNot: whyPrimaryUnclear },
];

/** The verdict on the primary: what a decision is about. */
export function primaryVerdict({ primary, verdicts }: DecisionContext): Verdict | undefined {
  return primary !== undefined && Object.hasOwn(verdicts, primary) ? verdicts[primary] : undefined;
}

function whyPaused({ pausedBy }: DecisionContext): string | undefined {
  return pausedBy === undefined ? undefined : `paused by ${pausedBy}`;
}

function whyNotByVerdict(context: DecisionContext): string | undefined {
  const verdict = primaryVerdict(context);
  if (!verdict) return "there is no verdict on the primary yet";
  const { kind, because, cluster } = verdict;
  const says = `${cluster} is ${kind} (${because})`;
  if (kind === "healthy") return `${says}: no reason to move`;
  if (NEVER_MOVES.includes(kind)) return `${says}: never a reason to move`;
  if (context.application.policy.moveOn.includes(kind)) return undefined;
  return `${says}: the policy leaves that to a human`;
}

/** A target that never answered well is more likely asked wrongly than lost. */
function whyNeverHealthy({ suspicion, primary }: DecisionContext): string | undefined {
  if (!suspicion || suspicion.lastGoodAt !== null) return undefined;
  return `${primary ?? "the primary"} was never seen to answer well at its ${suspicion.layer} layer`;
}

function whyCoolingDown({ now, application, ...context }: DecisionContext): string | undefined {
  const { lastMoveEndedAt, acknowledgedAt = Number.NEGATIVE_INFINITY } = context;
  if (lastMoveEndedAt === undefined || acknowledgedAt >= lastMoveEndedAt) return undefined;
  const remainingMs = lastMoveEndedAt + application.policy.cooldownMs - now;
  if (remainingMs <= 0) return undefined;
  return `cooldown after the last move: ${Math.ceil(remainingMs / 1000)} s remain`;
}

/** What a human has just stopped is not begun again for the same reason. */
function whyStopped({ stoppedBy }: DecisionContext): string | undefined {
  return stoppedBy === undefined
    ? undefined
    : `${stoppedBy}, and nothing has changed since: ask for it, or acknowledge that`;
}

function whyStandbyNotReady({ standbyNotReady, to, primary }: DecisionContext) {
  if (to === primary) return `${to} is the primary already`;
  if (standbyNotReady.length === 0) return undefined;
  return `${to} is not ready: ${standbyNotReady.join("; ")}`;
}

function whyLossTooGreat({ application, losses }: DecisionContext): string | undefined {
  const whys = application.data.flatMap((store) => {
    const loss = losses.find((one) => one.store === store);
    const why = whyNotWithin(loss, application.objectives.rpoMs);
    return why === undefined ? [] : [`${store}: ${why}`];
  });
  return whys.length === 0 ? undefined : whys.join("; ");
}

function whyNotWithin(bound: LossBound | undefined, rpoMs: number): string | undefined {
  if (!bound) return "what would be lost is unknown: its status was not read";
  if (bound.ms === null || bound.confidence === "unknown")
    return `what would be lost is unknown: ${bound.reasons.join("; ")}`;
  if (bound.ms <= rpoMs) return undefined;
  return `up to ${bound.ms} ms would be lost (${bound.confidence}), the RPO is ${rpoMs} ms`;
}

function whyBusy({ runningOperation, runningEnds }: DecisionContext): string | undefined {
  if (runningOperation === undefined || runningEnds === "restore") return undefined;
  return `operation ${runningOperation} is not ended`;
}

function whyNotFenceable({ primaryAnswers, primary, application }: DecisionContext) {
  const { unreachable, acceptedBy } = application.policy.fencing;
  if (primaryAnswers) return undefined;
  const away = `${primary ?? "the primary"} does not answer, so it can't be fenced`;
  if (unreachable === "refuse") return `${away}, and the policy refuses to move without`;
  return acceptedBy ? undefined : `${away}, and nobody accepted by name to owe that`;
}

function whyTooFewDomains({ failureDomains, application }: DecisionContext): string | undefined {
  const { quorum, quorumOfOneAcceptedBy } = application.policy;
  if (quorum < 2 && !quorumOfOneAcceptedBy)
    return "one vantage alone would move it, and nobody accepted that by name";
  if (failureDomains >= MIN_FAILURE_DOMAINS) return undefined;
  if (application.policy.fewFailureDomainsAcceptedBy) return undefined;
  return `the vantages stand in ${failureDomains} failure domains, not in ${MIN_FAILURE_DOMAINS}, and nobody accepted that by name`;
}

function whyPrimaryUnclear({ adoptionProblem, primary }: DecisionContext): string | undefined {
  if (adoptionProblem !== undefined) return adoptionProblem;
  return primary === undefined ? "it is not known yet which cluster is primary" : undefined;
}
