import type { Application } from "./application.ts";
import type { DecisionContext, StoreLoss } from "./guard.ts";
import { lossBound } from "./loss-bound.ts";
import type { Memory } from "./memory.ts";
import type { OperationPlan } from "./plan.ts";
import type { Primacy } from "./primary.ts";
import type { Found, Survey } from "./survey.ts";
import { mergeFault, type Suspicion, suspect } from "./suspicion.ts";
import { judge } from "./verdict.ts";
import type { View } from "./view.ts";

/** All that is known of an application at one instant. */
export interface Situation {
  readonly application: Application;
  readonly view: View;
  readonly survey: Survey;
  readonly memory: Memory;
  readonly primacy: Primacy;
  readonly failureDomains: number;
  readonly blindForMs?: number | undefined;
  readonly lastMoveEndedAt?: number | undefined;
  readonly running?: Pick<OperationPlan, "id" | "ends"> | undefined;
  /** The latest decided move, where a human stopped it. */
  readonly stopped?: StoppedMove | undefined;
}

export interface StoppedMove {
  readonly operation: string;
  readonly by: string;
  /** Wall clock, in ms since 1970. */
  readonly at: number;
  /** Whom it left as primary. */
  readonly primary: string;
}

/** What a decision goes by, from all that is known. */
export function contextOf(situation: Situation): DecisionContext {
  const { application, view, survey, memory, primacy } = situation;
  const primary = "primary" in primacy ? primacy.primary : undefined;
  const to = otherThan(application, primary ?? application.home);
  const suspicion = primary === undefined ? undefined : suspicionOf(situation, primary);
  return {
    now: view.now,
    application,
    primary,
    to,
    suspicion,
    blindForMs: situation.blindForMs,
    verdicts: Object.fromEntries(
      [application.home, application.standby].map((cluster) => {
        const { quorum } = application.policy;
        const { failureDomains } = situation;
        const serves = cluster === primary;
        return [cluster, judge(view, { cluster, serves, quorum, failureDomains })];
      }),
    ),
    pausedBy: memory.paused && `${memory.paused.by}: ${memory.paused.reason}`,
    lastMoveEndedAt: situation.lastMoveEndedAt,
    acknowledgedAt: memory.acknowledged?.at,
    stoppedBy: whoStopped(situation, primary),
    standbyNotReady: whyNotReady(application, survey, to),
    losses: lossesOf(situation, { primary, to, suspicion }),
    runningOperation: situation.running?.id,
    runningEnds: situation.running?.ends,
    failureDomains: situation.failureDomains,
    primaryAnswers: primary !== undefined && whyNotReady(application, survey, primary).length === 0,
    adoptionProblem: "problem" in primacy ? primacy.problem : undefined,
  };
}

/** The application's cluster that this one is not. */
function otherThan({ home, standby }: Application, cluster: string): string {
  return cluster === home ? standby : home;
}

/** A change is: another primary, or that it was well meanwhile, or that a human has seen it. */
function whoStopped({ stopped, memory }: Situation, primary: string | undefined) {
  if (!stopped || (primary !== undefined && primary !== stopped.primary)) return undefined;
  const { operation, by, at } = stopped;
  const { kind, healthyUntil = at } = memory.verdicts[stopped.primary] ?? {};
  const acknowledgedAt = memory.acknowledged?.at ?? at;
  if (kind === "healthy" || healthyUntil > at || acknowledgedAt > at) return undefined;
  return `${by} stopped ${operation}`;
}

/** What is seen now, with bounds of the fault that outlast a restart. */
function suspicionOf({ view, memory }: Situation, primary: string): Suspicion | undefined {
  const seen = suspect(view, primary);
  return seen && { ...seen, ...mergeFault(memory.suspicions[primary], seen) };
}

function whyNotReady(
  { workloads }: Application,
  survey: Survey,
  cluster: string,
): readonly string[] {
  if (survey.at === 0) return ["it was not looked at yet"];
  return workloads.flatMap((name) => {
    const seen = survey.workloads[cluster]?.[name];
    return seen && "missing" in seen ? [`${name}: ${seen.missing}`] : [];
  });
}

function lossesOf(
  { application, survey, view: { now } }: Situation,
  at: { primary: string | undefined; to: string; suspicion: Suspicion | undefined },
): readonly StoreLoss[] {
  return application.data.map((store) => {
    const statuses = survey.stores[store] ?? {};
    const bound = lossBound({
      // While nothing fails, the question is what would be lost if it did now.
      firstFailedAt: at.suspicion ? at.suspicion.firstFailedAt : survey.at,
      standby: foundIn(statuses[at.to]),
      primary: at.primary === undefined ? undefined : foundIn(statuses[at.primary]),
      now,
    });
    return { store, ...bound };
  });
}

function foundIn<T>(found: Found<T> | undefined): T | undefined {
  return found && "found" in found ? found.found : undefined;
}
