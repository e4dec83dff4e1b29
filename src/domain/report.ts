import type { Objectives } from "./application.ts";
import { besidesOf } from "./beside.ts";
import { type KnownCause, readCause } from "./cause.ts";
import type { Criterion } from "./criterion.ts";
import type { JournalEvent, Outcome } from "./event.ts";
import { renderInstant } from "./instant.ts";
import type { Json } from "./json.ts";
import { type DataLoss, dataLossOf } from "./loss.ts";
import type { Missing } from "./missing.ts";
import { isMissing } from "./missing.ts";
import { criteriaOf, RESULT_RULES, type Result, resultOf } from "./objective.ts";
import type { PlannedStep } from "./plan.ts";
import { isMandatory, type Recovery, recoveryOf } from "./recovery.ts";
import { type ReportedClients, reportClients } from "./report-clients.ts";
import { type ReportedStore, reportStores } from "./report-data.ts";
import { type Deviation, deviationsOf } from "./report-deviation.ts";
import {
  type Authorisation,
  authorise,
  describeScenario,
  type Identification,
  identify,
  type Scenario,
} from "./report-identity.ts";
import { NEVER_CAPTURED, type NeverCaptured } from "./report-missing.ts";
import {
  type CommitWindow,
  type ReturnToNormal,
  reportCommit,
  reportReturn,
} from "./report-return.ts";
import {
  type ReportedDebt,
  type ReportedHold,
  type ReportedStep,
  reportDebts,
  reportHold,
  reportStep,
  whyNotExecuted,
} from "./report-step.ts";
import { recordHolds, recordSteps } from "./step-record.ts";
import { type TimelineEntry, timelineOf } from "./timeline.ts";

/** What an auditor reads of one operation. JSON; its record is its canonical spelling. Instants are
 *  RFC 3339 in UTC, durations in ms. */
export type Report = NeverCaptured & {
  readonly schemaVersion: 4;
  readonly reportId: string;
  readonly status: "running" | "held" | "ended";
  readonly application: string;
  readonly kind: string;
  readonly operation: string;
  readonly epoch: number;
  readonly from: string;
  readonly to: string;
  readonly openedAt: string;
  readonly endedAt: string | null;
  readonly outcome: Outcome | null;
  readonly result: Result;
  readonly resultReasons: readonly string[];
  /** How it is concluded: the first that applies. */
  readonly resultRules: readonly string[];
  readonly identification: Identification;
  readonly authorisation: Authorisation;
  readonly scenario: Scenario;
  readonly trigger: {
    readonly by: string;
    readonly reason: string;
    readonly verdict: string | null;
    readonly evidence: readonly string[];
  };
  readonly objectives: Objectives;
  readonly criteria: readonly Criterion[];
  /** When, and by which hash, the criteria were fixed. */
  readonly criteriaFrozen: { readonly at: string; readonly planHash: string } | Missing;
  readonly recovery: Recovery;
  readonly clients: ReportedClients | Missing;
  readonly dataLoss: DataLoss;
  readonly plan: {
    readonly hash: string;
    readonly ends: "keep" | "restore";
    readonly steps: readonly PlannedStep[];
  };
  readonly timeline: readonly TimelineEntry[];
  readonly steps: readonly ReportedStep[];
  readonly notExecuted: readonly { readonly id: string; readonly why: string }[];
  readonly dataIntegrity: readonly ReportedStore[] | Missing;
  readonly returnToNormal: ReturnToNormal | Missing;
  readonly commitWindow: CommitWindow | Missing;
  readonly deviations: readonly Deviation[];
  readonly debts: readonly ReportedDebt[];
  readonly holds: readonly ReportedHold[];
  readonly cause: Json;
  readonly integrity: {
    readonly events: number;
    readonly firstHash: string;
    readonly lastHash: string;
    readonly digestAlgorithm: "sha256";
  };
};

type Opened = Extract<JournalEvent, { type: "operation.opened" }>;

/**
 * A pure fold of one operation's stream: the same events give the same report, to the byte. What was
 * written after its end, as by an attempt that was taken for dead, is not of it.
 * Undefined where they hold no operation.opened: then there is no operation.
 */
export function reportOf(events: readonly JournalEvent[]): Report | undefined {
  const opened = events.find((event) => event.type === "operation.opened");
  const end = events.findIndex((event) => event.type === "operation.ended");
  return opened && report(opened, end < 0 ? events : events.slice(0, end + 1));
}

function report(opened: Opened, events: readonly JournalEvent[]): Report {
  const { plan, planHash } = opened;
  const cause = readCause(opened.cause);
  const measured = measure(opened, cause, events);
  const { steps, dataLoss, besides } = measured;
  return {
    schemaVersion: 4,
    reportId: plan.id,
    ...describe(opened, events),
    ...conclude(opened, measured),
    identification: identify(opened, measured.recovery.hasFault),
    authorisation: authorise(opened),
    scenario: describeScenario(opened, cause),
    plan: { hash: planHash, ends: plan.ends, steps: plan.steps },
    timeline: timelineOf(plan, cause, events),
    steps: steps.filter(({ state }) => state !== "not started").map(reportStep),
    notExecuted: whyNotExecuted(steps, measured.outcome),
    dataIntegrity: reportStores(steps, { dataLoss, besides }),
    returnToNormal: reportReturn(plan, steps),
    commitWindow: reportCommit(plan, endOf(events)),
    ...whatWentOtherwise(opened, measured, events),
    cause: opened.cause,
    ...NEVER_CAPTURED,
    integrity: {
      events: events.length,
      firstHash: events[0]?.hash ?? "",
      lastHash: events.at(-1)?.hash ?? "",
      digestAlgorithm: "sha256",
    },
  };
}

/** Which operation it was, and how it stands. */
function describe({ plan, by, reason, at, cause }: Opened, events: readonly JournalEvent[]) {
  const { verdict, evidence } = readCause(cause);
  const ended = endOf(events);
  const isHeld = recordHolds(events).some(({ resumedAt }) => resumedAt === null);
  const { application, kind, id: operation, epoch, from, to, objectives } = plan;
  const what = { application, kind, operation, epoch, from, to, objectives };
  return {
    ...what,
    status: ended ? "ended" : isHeld ? "held" : "running",
    openedAt: renderInstant(at),
    endedAt: ended ? renderInstant(ended.at) : null,
    outcome: ended?.outcome ?? null,
    trigger: { by, reason, verdict, evidence },
  } as const;
}

/** What it is judged by, and what comes of that. */
function conclude({ plan, planHash, at }: Opened, measured: ReturnType<typeof measure>) {
  const criteria = criteriaOf(measured);
  const { result, reasons } = resultOf(measured, criteria);
  const { recovery, clients, dataLoss } = measured;
  return {
    result,
    resultReasons: reasons,
    resultRules: RESULT_RULES,
    criteria,
    criteriaFrozen: plan.criteria
      ? {
          at: renderInstant(at),
          planHash,
        }
      : { notCaptured: "the plan was made before criteria were kept with plans" },
    recovery,
    clients,
    dataLoss,
  };
}

function whatWentOtherwise(
  { cause, at: openedAt }: Opened,
  { steps, outcome }: ReturnType<typeof measure>,
  events: readonly JournalEvent[],
) {
  const debts = reportDebts(steps, { fault: readCause(cause).fault, openedAt, outcome });
  const holds = recordHolds(events).map(reportHold);
  return { deviations: deviationsOf(events, { steps, debts }), debts, holds };
}

function endOf(events: readonly JournalEvent[]) {
  return events.find((event) => event.type === "operation.ended");
}

function measure(opened: Opened, cause: KnownCause, events: readonly JournalEvent[]) {
  const { plan, at: openedAt } = opened;
  const { fault, losses: decided } = cause;
  const outcome = endOf(events)?.outcome;
  const steps = recordSteps(plan, events);
  const holds = recordHolds(events);
  const besides = besidesOf({ steps, cause: opened.cause });
  const isLost = outcome !== undefined && outcome !== "succeeded" && outcome !== "restored";
  const clients = reportClients(opened.cause, events);
  const isAborting = events.some((event) => event.type === "operation.aborting");
  const hasFailed = steps.some((step) => isMandatory(step) && step.state === "failed");
  return {
    plan,
    steps,
    ...(outcome !== undefined && { outcome }),
    recovery: recoveryOf({
      plan,
      openedAt,
      fault,
      steps,
      holds,
      instants: events.map(({ at }) => at),
      isLost,
    }),
    dataLoss: dataLossOf(steps, { decided, besides, isOver: outcome !== undefined }),
    besides,
    clients,
    clientOutageMs: isMissing(clients) ? null : clients.longestOutageMs,
    isCancelled: isAborting && !hasFailed,
  };
}
