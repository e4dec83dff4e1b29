import { type ApprovalRequest, stateOfRequest } from "../domain/approval.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { JournalEvent, Outcome } from "../domain/event.ts";
import { foldHistory, type Past } from "../domain/history.ts";
import type { OperationPlan, PlannedStep, StepId } from "../domain/plan.ts";
import { whyHeld } from "../engine/advance.ts";

export type OperationState = "running" | "held" | Outcome | RequestState;

/** Of one that others must agree to, and that is not opened. */
type RequestState = "awaiting-approval" | "expired" | "refused" | "withdrawn";

/** One operation as the journal has it. */
export interface OperationDetail {
  readonly id: string;
  readonly plan: OperationPlan;
  readonly planHash: string;
  readonly by: string;
  readonly reason: string;
  /** Of one that is not opened: when it was asked for. */
  readonly openedAt: number;
  readonly state: OperationState;
  /** Why it is held, or why it ended so. */
  readonly because?: string;
  readonly steps: readonly StepProgress[];
  readonly events: readonly JournalEvent[];
  /** Of one that others must agree to, as long as it is not opened. */
  readonly approval?: Pick<ApprovalRequest, "people" | "approvals" | "expiresAt">;
}

export interface StepProgress {
  readonly id: StepId;
  readonly state:
    | "waiting"
    | "running"
    | "reached"
    | "failed"
    | "undoing"
    | "undone"
    | "undo failed";
  /** 0: none yet. */
  readonly attempt: number;
  /** From the first intent to the latest result. */
  readonly durationMs?: number;
  readonly reason?: string;
}

/** A pure fold of the operation's stream. Rejects with GL_UNKNOWN where nothing was opened. */
export function operationDetailOf(id: string, events: readonly JournalEvent[]): OperationDetail {
  const opened = events.find((event) => event.type === "operation.opened");
  if (!opened) throw new GreenlightError("GL_UNKNOWN", `there is no operation ${id}`);
  const { plan, planHash, by, reason, at: openedAt } = opened;
  const history = foldHistory(events);
  return {
    id,
    plan,
    planHash,
    by,
    reason,
    openedAt,
    ...stateOf(events),
    steps: plan.steps.map((step) => progressOf(step, history.get(step.id), events)),
    events,
  };
}

/** One that was asked for and is not opened. */
export function requestDetailOf(
  id: string,
  request: ApprovalRequest,
  now: number,
): OperationDetail {
  const { plan, planHash, by, reason, at, people, approvals, expiresAt, closed } = request;
  const state = stateOfRequest(request, now);
  const expired = state === "expired" ? "nobody else approved it in time" : undefined;
  const because = closed?.reason ?? expired;
  return {
    id,
    plan,
    planHash,
    by,
    reason,
    openedAt: at,
    // Agreed to, or said to be opened, and not in the journal yet: it is about to be.
    state: state === "agreed" || state === "opened" ? "running" : state,
    ...(because !== undefined && { because }),
    steps: plan.steps.map((step) => ({ id: step.id, state: "waiting", attempt: 0 })),
    events: [],
    approval: { people, approvals, expiresAt },
  };
}

function stateOf(events: readonly JournalEvent[]): { state: OperationState; because?: string } {
  const ended = events.find((event) => event.type === "operation.ended");
  if (ended)
    return { state: ended.outcome, ...(ended.reason !== undefined && { because: ended.reason }) };
  const held = whyHeld(events);
  return held === undefined ? { state: "running" } : { state: "held", because: held };
}

function progressOf(
  { id }: PlannedStep,
  past: Past | undefined,
  events: readonly JournalEvent[],
): StepProgress {
  if (past === undefined) return { id, state: "waiting", attempt: 0 };
  const { attempt, state, reason } = past.step;
  const spent = durationOf(id, events);
  const why = past.undo?.reason ?? reason;
  return {
    id,
    state: past.undo ? UNDO[past.undo.state] : state === "due" ? "waiting" : state,
    attempt,
    ...(spent !== undefined && { durationMs: spent }),
    ...(why !== undefined && { reason: why }),
  };
}

const UNDO = {
  running: "undoing",
  due: "undoing",
  reached: "undone",
  failed: "undo failed",
} as const;

function durationOf(id: StepId, events: readonly JournalEvent[]): number | undefined {
  const own = events.filter((event) => "step" in event && event.step === id);
  const [first, last] = [own[0], own.findLast(({ type }) => RESULTS.has(type))];
  return first && last && last.at - first.at;
}

const RESULTS = new Set<string>(["step.reached", "step.failed", "undo.reached", "undo.failed"]);
