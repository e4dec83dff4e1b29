import type { JournalEvent } from "./event.ts";
import type { Json } from "./json.ts";
import type { OperationPlan, PlannedStep, StepId } from "./plan.ts";

/** All that the journal says of one step. Instants are wall clock, in ms since 1970. */
export interface StepRecord extends LegRecord {
  readonly planned: PlannedStep;
  /** What was there before the first write; absent: nothing was written. */
  readonly before?: Json;
  /** What the latest attempt saw before its own. */
  readonly beforeLast?: Json;
  /** Present once its undo was begun. */
  readonly undo?: LegRecord;
}

export interface LegRecord {
  readonly state: "not started" | "running" | "reached" | "failed";
  readonly attempts: number;
  /** The first intent; null also where it failed before it had one. */
  readonly startedAt: number | null;
  /** How many events of the stream came before that intent. */
  readonly startedAfter: number | null;
  /** The result of the latest attempt. */
  readonly endedAt: number | null;
  /** How many events of the stream came before that result: an order that no clock can upset. */
  readonly endedAfter: number | null;
  /** Every result that counted, in order: what needed it may have gone on by one of an earlier attempt. */
  readonly ends: readonly LegEnd[];
  readonly after?: Json;
  /** Why it failed, or why a gate said not yet. */
  readonly reason?: string;
}

export interface LegEnd {
  readonly at: number;
  /** How many events of the stream came before it. */
  readonly after: number;
}

/** A stop for a human, and how it went on. */
export interface HoldRecord {
  readonly number: number;
  readonly at: number;
  readonly reason: string;
  readonly resumedAt: number | null;
  readonly resumedBy: string | null;
}

const UNTOUCHED: LegRecord = {
  state: "not started",
  attempts: 0,
  startedAt: null,
  startedAfter: null,
  endedAt: null,
  endedAfter: null,
  ends: [],
};

/** One record for each step of the plan, in the plan's order. */
export function recordSteps(
  plan: OperationPlan,
  events: readonly JournalEvent[],
): readonly StepRecord[] {
  const records = new Map<StepId, StepRecord>(
    plan.steps.map((planned) => [planned.id, { ...UNTOUCHED, planned }]),
  );
  for (const [index, event] of events.entries()) {
    const record = "step" in event ? records.get(event.step) : undefined;
    if (record) records.set(record.planned.id, foldEvent(record, event, index));
  }
  return [...records.values()];
}

/** A hold that ended the operation is never resumed. */
export function recordHolds(events: readonly JournalEvent[]): readonly HoldRecord[] {
  return events.flatMap((event) => {
    if (event.type !== "operation.held") return [];
    const { number, at, reason } = event;
    const resumed = events.find(
      (other) => other.type === "operation.resumed" && other.number === number,
    );
    const by = resumed?.type === "operation.resumed" ? resumed.by : null;
    return [{ number, at, reason, resumedAt: resumed?.at ?? null, resumedBy: by }];
  });
}

function foldEvent(record: StepRecord, event: JournalEvent, index: number): StepRecord {
  switch (event.type) {
    case "step.intended": {
      const before = record.before === undefined ? event.before : record.before;
      const beforeLast = event.before ?? record.beforeLast;
      return {
        ...begin(record, event, index),
        ...(before !== undefined && { before }),
        ...(beforeLast !== undefined && { beforeLast }),
      };
    }
    case "gate.refused":
      return { ...record, reason: event.reason };
    case "step.reached":
    case "step.failed":
      return end(record, event, index);
    case "undo.intended":
      return { ...record, undo: begin(record.undo ?? UNTOUCHED, event, index) };
    case "undo.reached":
    case "undo.failed":
      return { ...record, undo: end(record.undo ?? UNTOUCHED, event, index) };
    default:
      return record;
  }
}

/** What was reached stays so, and the failure of an attempt that was taken for dead says nothing. */
function begin<L extends LegRecord>(
  leg: L,
  event: { at: number; attempt: number },
  index: number,
): L {
  const attempts = Math.max(leg.attempts, event.attempt);
  if (leg.state === "reached") return { ...leg, attempts };
  return {
    ...leg,
    state: "running",
    attempts,
    startedAt: leg.startedAt ?? event.at,
    startedAfter: leg.startedAfter ?? index,
    endedAt: null,
    endedAfter: null,
  };
}

/** A reached step has no reason left, a failed one no state that it reached. */
function end<L extends LegRecord>(
  leg: L,
  event: { at: number; attempt: number; after?: Json; reason?: string },
  endedAfter: number,
): L {
  const { after: _, reason: __, ...rest } = leg;
  const { at: endedAt, after, reason } = event;
  const attempts = Math.max(leg.attempts, event.attempt);
  const isOld = event.attempt < leg.attempts && reason !== undefined;
  if (leg.state === "reached" || isOld) return { ...leg, attempts };
  return {
    ...(rest as L),
    state: reason === undefined ? "reached" : "failed",
    attempts,
    endedAt,
    endedAfter,
    ends: [...leg.ends, { at: endedAt, after: endedAfter }],
    ...(after !== undefined && { after }),
    ...(reason !== undefined && { reason }),
  };
}
