import type { KnownCause } from "./cause.ts";
import { besideSince, namesPrimary } from "./debt.ts";
import type { Outcome } from "./event.ts";
import { isPromotion } from "./freeze.ts";
import { renderInstant } from "./instant.ts";
import type { Json } from "./json.ts";
import type { HoldRecord, LegRecord, StepRecord } from "./step-record.ts";

/** One direction of a step. */
type ReportedLeg = {
  readonly state: LegRecord["state"];
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** From the first intent to the latest result, with everything in between. */
  readonly durationMs: number | null;
  readonly after: Json;
  readonly reason?: string;
};

export type ReportedStep = ReportedLeg & {
  readonly id: string;
  readonly uses: string;
  readonly cluster: string | null;
  readonly subject: string | null;
  readonly before: Json;
  readonly undone?: ReportedLeg;
  readonly sources: Readonly<Record<string, string>>;
};

/** What the operation went on without, and what somebody has yet to do. */
export type ReportedDebt = {
  readonly step: string;
  readonly cluster: string | null;
  readonly owed: string;
  readonly since: string;
  readonly reason: string;
  /** When the cluster could have served beside the other; `until` null: until the debt is paid. */
  readonly window: { readonly from: string; readonly until: string | null };
};

export type ReportedHold = {
  readonly number: number;
  readonly at: string;
  readonly reason: string;
  readonly resumedAt: string | null;
  readonly resumedBy: string | null;
  readonly durationMs: number | null;
};

export function reportStep(record: StepRecord): ReportedStep {
  const { id, uses, cluster = null, subject = null, sources } = record.planned;
  return {
    id,
    uses,
    cluster,
    subject,
    ...reportLeg(record),
    before: record.before ?? null,
    ...(record.undo && { undone: reportLeg(record.undo) }),
    sources,
  };
}

export function reportHold({ at, resumedAt, ...hold }: HoldRecord): ReportedHold {
  return {
    ...hold,
    at: renderInstant(at),
    resumedAt: renderOrNull(resumedAt),
    durationMs: resumedAt === null ? null : resumedAt - at,
  };
}

/** The steps that nothing was done for. */
export function whyNotExecuted(
  steps: readonly StepRecord[],
  outcome: Outcome | undefined,
): readonly { readonly id: string; readonly why: string }[] {
  const idle = steps.filter(({ state }) => state === "not started");
  return idle.map(({ planned: { id, needs } }) => {
    const missing = steps.find(
      ({ planned, state }) =>
        needs.includes(planned.id) &&
        state !== "reached" &&
        !(state === "failed" && planned.onFailure === "continue"),
    );
    if (missing) return { id, why: `needs ${missing.planned.id}, which is ${missing.state}` };
    return { id, why: outcome === undefined ? "not yet" : `the operation ended ${outcome} before` };
  });
}

/** None of an operation that took everything back: its cluster serves as it did before. */
export function reportDebts(
  steps: readonly StepRecord[],
  circumstances: {
    readonly fault: KnownCause["fault"];
    readonly openedAt: number;
    readonly outcome: Outcome | undefined;
  },
): readonly ReportedDebt[] {
  const { fault, openedAt, outcome } = circumstances;
  if (outcome === "undone" || outcome === "restored" || outcome === "aborted") return [];
  const moved = movedAfter(steps);
  return steps.flatMap((record): readonly ReportedDebt[] => {
    const { planned, state, endedAt, ends, reason = "" } = record;
    const { id: step, cluster = null, owes: owed, onFailure } = planned;
    if (owed === undefined || onFailure !== "continue") return [];
    const from = renderInstant(besideSince(fault, openedAt));
    const common = { step, cluster, owed };
    if (state === "failed") {
      const since = renderInstant(endedAt ?? openedAt);
      return [{ ...common, since, reason, window: { from, until: null } }];
    }
    if (state !== "reached" || endedAt === null || (record.endedAfter ?? 0) < moved) return [];
    const until = renderInstant(endedAt);
    const since = renderInstant(ends[0]?.at ?? endedAt);
    return [{ ...common, since, reason: PAID_LATE, window: { from, until } }];
  });
}

/** How many events came before the first intent to make another the primary. */
function movedAfter(steps: readonly StepRecord[]): number {
  const moves = steps.filter(({ planned }) => isPromotion(planned) || namesPrimary(planned));
  return Math.min(...moves.map(({ startedAfter }) => startedAfter ?? Infinity));
}

const PAID_LATE = "it is paid, after another had begun to be primary";

function reportLeg(leg: LegRecord): ReportedLeg {
  const { state, attempts, startedAt, endedAt, after = null, reason } = leg;
  return {
    state,
    attempts,
    startedAt: renderOrNull(startedAt),
    endedAt: renderOrNull(endedAt),
    durationMs: startedAt === null || endedAt === null ? null : endedAt - startedAt,
    after,
    ...(reason !== undefined && { reason }),
  };
}

function renderOrNull(instant: number | null): string | null {
  return instant === null ? null : renderInstant(instant);
}
