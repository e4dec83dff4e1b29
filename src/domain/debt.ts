import { type Baseline, baselineOf } from "./baseline.ts";
import { type KnownCause, readCause } from "./cause.ts";
import type { JournalEvent } from "./event.ts";
import { foldHistory, type Past } from "./history.ts";
import type { OperationPlan } from "./plan.ts";
import { recordSteps } from "./step-record.ts";

/** What an operation left undone where it went on without it. Derived, never stored. */
export type Debt = Target & {
  /** What is owed: the `owes` of the step that failed. */
  readonly owed: string;
  readonly operation: string;
  /** When its step failed; wall clock, in ms since 1970. */
  readonly since: number;
  /** It was fenced, or whatever is owed, but only after the point of no return: what else is kept
   *  from a cluster that is owed nothing is owed to this one. Wall clock, in ms since 1970. */
  readonly paidAt?: number;
  /** Since when the cluster could have served beside the other. Absent: told before this was kept. */
  readonly besideFrom?: number;
  /** Of a store: from where its writes beside the other are counted. Absent: it was not seen before. */
  readonly baseline?: Baseline;
};

/** Two steps with the same of these are about the same thing. */
export type Target = {
  readonly uses: string;
  readonly cluster: string;
  readonly subject?: string;
};

/** What a quarantine is for. */
export const FENCE = "fence";

/** The debts after an operation that has ended, the oldest first. */
export function foldDebts(
  debts: readonly Debt[],
  events: readonly JournalEvent[],
): readonly Debt[] {
  const opened = events.find((event) => event.type === "operation.opened");
  const ended = events.find((event) => event.type === "operation.ended");
  if (!opened || !ended) return debts;
  const { plan } = opened;
  const history = foldHistory(events);
  const paid = plan.steps.filter(({ id }) => isKept(history.get(id)));
  const unpaid = debts.filter((debt) => !paid.some((step) => isSameTarget(step, debt)));
  // What was owed of a former primary is nothing that the primary still owes.
  const moved = movedPrimary(events);
  const left = moved ? unpaid.filter(({ cluster }) => cluster !== plan.to) : unpaid;
  // What was taken back left everything as it was: there is nothing that it still owes.
  const endsKept = ended.outcome === "succeeded" || moved;
  return endsKept ? [...left, ...leftBehind(plan, events)] : left;
}

/** Did it write who is primary, and leave it so? */
export function movedPrimary(events: readonly JournalEvent[]): boolean {
  const opened = events.find((event) => event.type === "operation.opened");
  const named = opened?.plan.steps.filter(namesPrimary) ?? [];
  const history = foldHistory(events);
  return named.some(({ id }) => isKept(history.get(id)));
}

export function namesPrimary({ uses }: { readonly uses: string }): boolean {
  return uses === "lease";
}

/** Both may be steps; one without a cluster is about all of them, and is no other's. */
export function isSameTarget(
  one: { readonly uses: string; readonly cluster?: string; readonly subject?: string },
  other: { readonly uses: string; readonly cluster?: string; readonly subject?: string },
): boolean {
  return one.uses === other.uses && one.cluster === other.cluster && one.subject === other.subject;
}

function leftBehind(plan: OperationPlan, events: readonly JournalEvent[]): readonly Debt[] {
  const history = foldHistory(events);
  return plan.steps.flatMap(({ id, owes: owed, uses, cluster, subject }) => {
    const isFailed = history.get(id)?.step.state === "failed";
    const paidAt = isFailed ? undefined : paidLate(plan, events, id);
    if (owed === undefined || cluster === undefined || !(isFailed || paidAt !== undefined))
      return [];
    const last = events.findLast((event) => event.type === "step.failed" && event.step === id);
    const target = { uses, cluster, ...(subject !== undefined && { subject }) };
    const since = last?.at ?? 0;
    const baseline = baselineIn(events, plan, target);
    const late = paidAt === undefined ? {} : { paidAt };
    const known = { ...late, ...besideFrom(events), ...(baseline && { baseline }) };
    return [{ owed, ...target, operation: plan.id, since, ...known }];
  });
}

function baselineIn(
  events: readonly JournalEvent[],
  plan: OperationPlan,
  { uses, cluster, subject: store }: Target,
): Baseline | undefined {
  const opened = events.find((event) => event.type === "operation.opened");
  if (!opened || uses !== "data" || store === undefined) return undefined;
  const steps = recordSteps(plan, events);
  return baselineOf({ store, cluster }, { cause: opened.cause, steps });
}

/** When it was reached, where the operation could not be taken back any more before that. */
function paidLate(
  { steps }: OperationPlan,
  events: readonly JournalEvent[],
  step: string,
): number | undefined {
  const finals = steps.filter((one) => one.irreversible || namesPrimary(one)).map(({ id }) => id);
  const final = events.findIndex(
    (event) => event.type === "step.intended" && finals.includes(event.step),
  );
  if (final < 0) return undefined;
  const failed = events.findIndex((event) => event.type === "step.failed" && event.step === step);
  const reached = events.findIndex((event) => event.type === "step.reached" && event.step === step);
  const isLate = failed >= 0 && failed < final && reached > final;
  return isLate ? events[reached]?.at : undefined;
}

function besideFrom(events: readonly JournalEvent[]): Pick<Debt, "besideFrom"> {
  const opened = events.find((event) => event.type === "operation.opened");
  return opened ? { besideFrom: besideSince(readCause(opened.cause).fault, opened.at) } : {};
}

/** Since its first failed answer a former primary may have served those who could reach it. */
export function besideSince({ firstFailedAt }: KnownCause["fault"], openedAt: number): number {
  return firstFailedAt ?? openedAt;
}

/** Was it reached, and not taken back? */
function isKept(past: Past | undefined): boolean {
  return past?.step.state === "reached" && past.undo === undefined;
}
