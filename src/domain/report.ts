import type { Objectives } from "./application.ts";
import { type KnownCause, readCause } from "./cause.ts";
import type { JournalEvent, Outcome } from "./event.ts";
import { renderInstant } from "./instant.ts";
import type { Json } from "./json.ts";
import { type DataLoss, dataLossOf } from "./loss.ts";
import { type Criterion, criteriaOf, type Result, resultOf } from "./objective.ts";
import type { PlannedStep } from "./plan.ts";
import { isMandatory, type Recovery, recoveryOf } from "./recovery.ts";
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
export type Report = {
  readonly schemaVersion: 1;
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
  readonly trigger: {
    readonly by: string;
    readonly reason: string;
    readonly verdict: string | null;
    readonly evidence: readonly string[];
  };
  readonly objectives: Objectives;
  readonly criteria: readonly Criterion[];
  readonly recovery: Recovery;
  readonly dataLoss: DataLoss;
  readonly plan: {
    readonly hash: string;
    readonly ends: "keep" | "restore";
    readonly steps: readonly PlannedStep[];
  };
  readonly timeline: readonly TimelineEntry[];
  readonly steps: readonly ReportedStep[];
  readonly notExecuted: readonly { readonly id: string; readonly why: string }[];
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
 * A pure fold of one operation's stream: the same events give the same report, to the byte.
 * Undefined where they hold no operation.opened: then there is no operation.
 */
export function reportOf(events: readonly JournalEvent[]): Report | undefined {
  const opened = events.find((event) => event.type === "operation.opened");
  return opened && report(opened, events);
}

function report(opened: Opened, events: readonly JournalEvent[]): Report {
  const { plan, planHash, by, reason, at: openedAt } = opened;
  const cause = readCause(opened.cause);
  const ended = events.find((event) => event.type === "operation.ended");
  const measured = measure(opened, cause, events);
  const criteria = criteriaOf(measured);
  const { result, reasons: resultReasons } = resultOf(measured, criteria);
  const { steps, recovery, dataLoss } = measured;
  const holds = recordHolds(events);
  const isHeld = holds.some(({ resumedAt }) => resumedAt === null);
  return {
    schemaVersion: 1,
    reportId: plan.id,
    status: ended ? "ended" : isHeld ? "held" : "running",
    application: plan.application,
    kind: plan.kind,
    operation: plan.id,
    epoch: plan.epoch,
    from: plan.from,
    to: plan.to,
    openedAt: renderInstant(openedAt),
    endedAt: ended ? renderInstant(ended.at) : null,
    outcome: ended?.outcome ?? null,
    result,
    resultReasons,
    trigger: { by, reason, verdict: cause.verdict, evidence: cause.evidence },
    objectives: plan.objectives,
    criteria,
    recovery,
    dataLoss,
    plan: { hash: planHash, ends: plan.ends, steps: plan.steps },
    timeline: timelineOf(plan, cause, events),
    steps: steps.filter(({ state }) => state !== "not started").map(reportStep),
    notExecuted: whyNotExecuted(steps, ended?.outcome),
    debts: reportDebts(steps, { fault: cause.fault, openedAt, outcome: ended?.outcome }),
    holds: holds.map(reportHold),
    cause: opened.cause,
    integrity: {
      events: events.length,
      firstHash: events[0]?.hash ?? "",
      lastHash: events.at(-1)?.hash ?? "",
      digestAlgorithm: "sha256",
    },
  };
}

function measure(opened: Opened, cause: KnownCause, events: readonly JournalEvent[]) {
  const { plan, at: openedAt } = opened;
  const { fault, losses: decided } = cause;
  const outcome = events.find((event) => event.type === "operation.ended")?.outcome;
  const steps = recordSteps(plan, events);
  const holds = recordHolds(events);
  const isLost = outcome === "undone" || outcome === "aborted" || outcome === "held";
  const isAborting = events.some((event) => event.type === "operation.aborting");
  const hasFailed = steps.some((step) => isMandatory(step) && step.state === "failed");
  return {
    plan,
    steps,
    ...(outcome !== undefined && { outcome }),
    recovery: recoveryOf({ plan, openedAt, fault, steps, holds, isLost }),
    dataLoss: dataLossOf(steps, { decided, isOver: outcome !== undefined }),
    isCancelled: isAborting && !hasFailed,
  };
}
