import { type KnownCause, memberOf } from "./cause.ts";
import type { OperationPlan, PlannedStep } from "./plan.ts";
import type { HoldRecord, LegEnd, StepRecord } from "./step-record.ts";

/** What a stretch of time was spent on. The last eight are those of steps. */
export type Phase =
  /** From the last good answer to the first failed one: nobody can know when in it the fault began. */
  | "unseen"
  | "detect"
  | "decide"
  /** Winning the right to act, and planning. */
  | "authorize"
  /** Stopped for a human, before the step whose end came next. */
  | "held"
  | "fence"
  | "capacity"
  | "check"
  | "data"
  | "primary"
  | "traffic"
  | "verify"
  | "other";

export type RecoveryPart = {
  readonly phase: Phase;
  /** The step that everything after it waited for. */
  readonly step?: string;
  readonly ms: number;
};

/**
 * How long until the application was served again, in consecutive parts.
 *
 * It ends when the last mandatory step reached its state. Where the wall clock was set back in
 * between, a part may be negative; the sums hold all the same, and prove nothing.
 */
export type Recovery = {
  /** Does the cause know of a fault? A move that was only asked for has none. */
  readonly hasFault: boolean;
  /** From the last good answer: an upper bound. The sum of all parts. */
  readonly fromLastGoodMs: number | null;
  /** From the first failed answer: a lower bound. The sum of all parts but `unseen`. */
  readonly fromFirstFailedMs: number | null;
  /** From the decision, or from the request of a human. The sum of the parts after `decide`. */
  readonly fromDecisionMs: number | null;
  /** By how much the wall clock was seen to be set back meanwhile, at the least. */
  readonly clockSetBackMs: number;
  /** Those of the steps are there once the operation has recovered. */
  readonly parts: readonly RecoveryPart[];
};

/** What was recorded of the operation, as far as time is concerned. */
export interface Course {
  readonly plan: OperationPlan;
  readonly openedAt: number;
  readonly fault: KnownCause["fault"];
  readonly steps: readonly StepRecord[];
  readonly holds: readonly HoldRecord[];
  /** When each event was written, in the order of the journal: wall clock in ms. */
  readonly instants: readonly number[];
  /** Did it end otherwise than its plan says? Then what its steps reached is no recovery. */
  readonly isLost: boolean;
}

export function recoveryOf(course: Course): Recovery {
  const { openedAt, fault } = course;
  const before = partsBefore(course);
  const last = lastMandatory(course);
  const end = last?.endedAt ?? null;
  const decidedAt = fault.decidedAt ?? openedAt;
  const faultInstants = [fault.firstFailedAt, fault.verdictAt].filter((at) => at !== null);
  const since = (start: number | null) => (end === null || start === null ? null : end - start);
  const until = last?.endedAfter == null ? 0 : last.endedAfter + 1;
  const seen = setBack([...faultInstants, decidedAt, ...course.instants.slice(0, until)]);
  return {
    hasFault: Object.values(fault).some((at) => at !== null),
    fromLastGoodMs: since(fault.lastGoodAt),
    fromFirstFailedMs: since(fault.firstFailedAt),
    fromDecisionMs: since(decidedAt),
    // What ended before it began tells of it as well.
    clockSetBackMs: Math.max(seen, -(since(fault.lastGoodAt) ?? 0)),
    parts: last ? [...before, ...partsOf(last, course)] : before,
  };
}

/**
 * What the RTO is held against: from the last good answer, as users may have been without service
 * from then on; from the decision where no fault is known. null: it has not recovered, or nothing is
 * known, as by a clock that was set back meanwhile.
 */
export function recoveryTimeOf(recovery: Recovery): number | null {
  if (recovery.clockSetBackMs > 0) return null;
  return recovery.hasFault ? recovery.fromLastGoodMs : recovery.fromDecisionMs;
}

/** Each step backwards that is more than what writes beside each other account for. */
function setBack(instants: readonly number[]): number {
  const steps = instants.slice(1).map((at, index) => (instants[index] ?? at) - at);
  return steps.reduce((sum, ms) => (ms > BESIDE_MS ? sum + ms : sum), 0);
}

/** Must the operation reach it? */
export function isMandatory({ planned }: StepRecord): boolean {
  return planned.onFailure !== "continue";
}

/** What a step is for, as far as reports group them. The engine never asks. */
function phaseOf({ uses, desired, cluster }: PlannedStep, from: string): Phase {
  if (uses === "gate/public-path" || uses === "gate/own-path") return "verify";
  if (uses.startsWith("gate/")) return "check";
  if (uses === "lease") return "primary";
  if (uses === "dns" || uses === "traffic") return "traffic";
  if (uses === "data") return memberOf(desired, "role") === "primary" ? "data" : "fence";
  if (uses === "scale") return cluster === from ? "fence" : "capacity";
  return "other";
}

/** What is not known is part of what comes after it. */
function partsBefore({ fault, openedAt }: Course): readonly RecoveryPart[] {
  const instants: readonly (readonly [Phase, number | null])[] = [
    ["unseen", fault.firstFailedAt],
    ["detect", fault.verdictAt],
    ["decide", fault.decidedAt ?? openedAt],
    ["authorize", fault.decidedAt === null ? null : openedAt],
  ];
  const parts: RecoveryPart[] = [];
  let start = fault.lastGoodAt;
  for (const [phase, at] of instants) {
    if (at !== null && start !== null) parts.push({ phase, ms: at - start });
    start = at ?? start;
  }
  return parts;
}

/** Undefined until all of them have reached their state. */
function lastMandatory({ steps, isLost }: Course): StepRecord | undefined {
  const mandatory = steps.filter(isMandatory);
  if (isLost || mandatory.some((step) => step.state !== "reached")) return undefined;
  return latest(mandatory);
}

/**
 * The way back from `last` over those needs that ended latest: each stretch belongs to the step
 * whose end the next one waited for. Steps beside that way cost no time.
 */
function partsOf(last: StepRecord, course: Course): readonly RecoveryPart[] {
  const parts: RecoveryPart[] = [];
  const seen = new Set<StepRecord>();
  let way: Way | undefined = { step: last, end: last.ends.at(-1) };
  while (way && !seen.has(way.step)) {
    const { step, end } = way;
    seen.add(step);
    const before = waitedFor(step, end, course.steps);
    const isFirst = before === undefined || seen.has(before.step);
    const start = isFirst ? course.openedAt : (before.end?.at ?? course.openedAt);
    const ms = (end?.at ?? start) - start;
    const heldMs = Math.min(heldWithin(start, start + ms, course.holds), Math.max(0, ms));
    const { planned } = step;
    parts.unshift({ phase: phaseOf(planned, course.plan.from), step: planned.id, ms: ms - heldMs });
    if (heldMs > 0) parts.unshift({ phase: "held", ms: heldMs });
    way = before;
  }
  return parts;
}

/** A step, and the result of it that counted for what came next. */
type Way = { readonly step: StepRecord; readonly end: LegEnd | undefined };

/**
 * What the step began after: of its needs the last result that the journal has before its first
 * intent. One that was tried again when that was long over kept nobody waiting.
 */
function waitedFor(
  { planned: { needs }, startedAfter }: StepRecord,
  end: LegEnd | undefined,
  steps: readonly StepRecord[],
): Way | undefined {
  const limit = startedAfter ?? end?.after ?? 0;
  return steps
    .filter(({ planned }) => needs.includes(planned.id))
    .flatMap((step): readonly Required<Way>[] => {
      const last = step.ends.findLast(({ after }) => after <= limit);
      return last ? [{ step, end: last }] : [];
    })
    .reduce<Way | undefined>(
      (latest, way) => ((latest?.end?.after ?? -1) > (way.end?.after ?? -1) ? latest : way),
      undefined,
    );
}

function heldWithin(start: number, end: number, holds: readonly HoldRecord[]): number {
  return holds.reduce((sum, { at, resumedAt }) => {
    return sum + Math.max(0, Math.min(end, resumedAt ?? end) - Math.max(start, at));
  }, 0);
}

/** Of those that ended, the one that ended last. */
function latest(steps: readonly StepRecord[]): StepRecord | undefined {
  return steps.reduce<StepRecord | undefined>((last, step) => {
    if (step.endedAfter === null) return last;
    return last?.endedAfter != null && last.endedAfter > step.endedAfter ? last : step;
  }, undefined);
}

/** Two processes on one clock may each take the time, and write in the other order. */
const BESIDE_MS = 1_000;
