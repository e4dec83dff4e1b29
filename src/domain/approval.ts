import { canonical } from "./canonical.ts";
import type { Draft } from "./event.ts";
import type { OperationPlan } from "./plan.ts";

/** What was asked for and is opened once enough people agree to exactly this plan. */
export interface ApprovalRequest {
  readonly plan: OperationPlan;
  readonly planHash: string;
  readonly by: string;
  readonly reason: string;
  /** Wall clock, in ms since 1970, as every instant here. */
  readonly at: number;
  readonly expiresAt: number;
  /** That must agree, whoever asked among them. */
  readonly people: number;
  /** The operation that it takes back. */
  readonly takesBack?: string;
  readonly approvals: readonly Approval[];
  readonly closed?: {
    readonly end: "opened" | "refused" | "expired" | "withdrawn";
    readonly reason: string;
    readonly at: number;
  };
}

export type Approval = { readonly by: string; readonly at: number };

/** By the operation's id, the oldest first. */
export type ApprovalRequests = Readonly<Record<string, ApprovalRequest>>;

/** awaiting: for people. agreed: enough of them, and it is to be opened. */
export type ApprovalState =
  | "awaiting-approval"
  | "agreed"
  | NonNullable<ApprovalRequest["closed"]>["end"];

/** Facts of what was never asked for change nothing. */
export function foldApprovals(requests: ApprovalRequests, event: Draft): ApprovalRequests {
  const { at } = event;
  if (event.type === "approval.requested") {
    const { operation, plan, planHash, by, reason, people, expiresAt, takesBack } = event;
    const back = takesBack === undefined ? {} : { takesBack };
    const asked = { plan, planHash, by, reason, at, expiresAt, people, ...back };
    const request = { ...asked, approvals: [] };
    return keep({ ...requests, [operation]: request });
  }
  if (event.type !== "approval.given" && event.type !== "approval.closed") return requests;
  const request = requests[event.operation];
  if (!request || request.closed) return requests;
  const change =
    event.type === "approval.closed"
      ? { closed: { end: event.end, reason: event.reason, at } }
      : { approvals: [...request.approvals, { by: event.by, at }] };
  return { ...requests, [event.operation]: { ...request, ...change } };
}

/** An instant that is over is over, whether or not somebody has written it down. */
export function stateOfRequest(request: ApprovalRequest, now: number): ApprovalState {
  const { closed, expiresAt, people, approvals } = request;
  if (closed) return closed.end;
  if (now >= expiresAt) return "expired";
  return approvals.length + 1 >= people ? "agreed" : "awaiting-approval";
}

/** Why this person's approval doesn't count; undefined when it does. */
export function whyNotApprover(request: ApprovalRequest, by: string): string | undefined {
  if (by === request.by) return `${by} asked for it, and somebody else must approve it`;
  const given = request.approvals.some((approval) => approval.by === by);
  return given ? `${by} has approved it already` : undefined;
}

/** What is different in a plan made anew from the one that people agreed to, for people. */
export function whyOther(plan: OperationPlan, agreed: OperationPlan): string {
  const steps = plan.steps.filter((step) => {
    const same = agreed.steps.find(({ id }) => id === step.id);
    return !same || canonical(step) !== canonical(same);
  });
  const whys = [
    ...(plan.from === agreed.from ? [] : [`${plan.from} is primary, not ${agreed.from}`]),
    ...(plan.epoch === agreed.epoch
      ? []
      : [`the epoch would be ${plan.epoch}, not ${agreed.epoch}`]),
    ...(steps.length === 0 ? [] : [`other values for ${steps.map(({ id }) => id).join(", ")}`]),
  ];
  const what = whys.length === 0 ? "other steps or objectives" : whys.join(", ");
  return `the plan is not the one that was asked for any more: ${what}`;
}

/** Closed ones are kept for whoever asks what became of them, the newest of them. */
function keep(requests: ApprovalRequests): ApprovalRequests {
  const closed = Object.entries(requests).filter(([, request]) => request.closed);
  const old = new Set(closed.slice(0, Math.max(0, closed.length - KEPT)).map(([id]) => id));
  return Object.fromEntries(Object.entries(requests).filter(([id]) => !old.has(id)));
}

const KEPT = 100;
