import type { KnownCause } from "./cause.ts";
import type { JournalEvent } from "./event.ts";
import { renderInstant } from "./instant.ts";
import type { OperationPlan } from "./plan.ts";

export type TimelineEntry = {
  /** RFC 3339, UTC, with milliseconds. */
  readonly at: string;
  /** Since the first entry that is not of a client: these may have waited long before. */
  readonly offsetMs: number;
  /** Who did it: `probes`, `greenlight`, a vantage, or a person by name. */
  readonly actor: string;
  /** The type of the journal's event, or what the cause knows from before the operation. */
  readonly action: string;
  /** The step, the cluster or the application that it was about. */
  readonly target: string;
  readonly outcome: string;
  /** Of a result: since the intent of the same attempt. */
  readonly durationMs?: number;
  readonly attempt?: number;
  /** The record in the operation's stream; absent: from the cause. */
  readonly seq?: number;
};

type Entry = Omit<TimelineEntry, "at" | "offsetMs"> & { readonly atMs: number };

/** What happened, in the journal's order; before it what led to the operation. */
export function timelineOf(
  plan: OperationPlan,
  cause: KnownCause,
  events: readonly JournalEvent[],
): readonly TimelineEntry[] {
  const clients = cause.clients.map(({ vantage, since, whyNot, address }) =>
    seenBy(vantage, { since, address, ...(whyNot !== undefined && { whyNot }) }),
  );
  const entries = inTime([
    ...clients,
    ...entriesBefore(plan, cause),
    ...events.map((event) => entryOf(plan, event, events)),
  ]);
  const origin = entries.find(({ action }) => action !== CLIENTS)?.atMs ?? 0;
  return entries.map(({ atMs, ...entry }) => ({
    at: renderInstant(atMs),
    offsetMs: atMs - origin,
    ...entry,
  }));
}

/**
 * In the journal's order, but for what vantages saw: that is written down later, in batches, and
 * stands before the first record of a later time.
 */
function inTime(entries: readonly Entry[]): readonly Entry[] {
  const ordered = entries.filter(({ action }) => action !== CLIENTS);
  for (const seen of entries.filter(({ action }) => action === CLIENTS)) {
    const at = ordered.findIndex(({ atMs }) => atMs > seen.atMs);
    ordered.splice(at < 0 ? ordered.length : at, 0, seen);
  }
  return ordered;
}

const CLIENTS = "clients.observed";

function seenBy(
  actor: string,
  { since: atMs, address, whyNot }: { since: number; address: string; whyNot?: string },
): Entry {
  const target = address === "" ? "no address" : address;
  return { atMs, actor, action: CLIENTS, target, outcome: whyNot ?? "ok" };
}

function entriesBefore(plan: OperationPlan, { fault, verdict }: KnownCause): readonly Entry[] {
  const { from, application } = plan;
  const known = (atMs: number | null, entry: Omit<Entry, "atMs">): readonly Entry[] =>
    atMs === null ? [] : [{ atMs, ...entry }];
  const probed = { actor: "probes", target: from };
  const judged = { actor: "greenlight", target: from };
  return [
    ...known(fault.lastGoodAt, { ...probed, action: "answer.last-good", outcome: "ok" }),
    ...known(fault.firstFailedAt, { ...probed, action: "answer.first-failed", outcome: "failed" }),
    ...known(fault.suspectedAt, { ...judged, action: "suspicion.raised", outcome: "suspect" }),
    ...known(fault.verdictAt, { ...judged, action: "verdict.reached", outcome: verdict ?? "" }),
    ...known(fault.decidedAt, {
      actor: "greenlight",
      target: application,
      action: "decision.made",
      outcome: "move",
    }),
  ];
}

function entryOf(plan: OperationPlan, event: JournalEvent, events: readonly JournalEvent[]): Entry {
  const { at: atMs, seq, type: action } = event;
  if (event.type === "clients.observed") {
    return { ...seenBy(event.vantage, event), seq };
  }
  if (!("step" in event)) {
    const actor = "by" in event && event.by !== "decision" ? event.by : "greenlight";
    return { atMs, actor, action, target: plan.id, outcome: outcomeOf(event), seq };
  }
  const { step: target, attempt } = event;
  const began = action.endsWith(".reached") || action.endsWith(".failed") ? intentOf() : undefined;
  return {
    atMs,
    actor: "greenlight",
    action,
    target,
    outcome: outcomeOf(event),
    ...(began && { durationMs: atMs - began.at }),
    attempt,
    seq,
  };

  function intentOf(): JournalEvent | undefined {
    const intent = `${action.split(".")[0]}.intended`;
    return events.find(
      (other) =>
        other.type === intent &&
        "step" in other &&
        other.step === target &&
        other.attempt === attempt,
    );
  }
}

function outcomeOf(event: JournalEvent): string {
  switch (event.type) {
    case "operation.opened":
    case "operation.held":
    case "step.failed":
    case "undo.failed":
    case "gate.refused":
      return event.reason;
    case "operation.ended":
      return event.reason === undefined ? event.outcome : `${event.outcome}: ${event.reason}`;
    case "step.reached":
    case "undo.reached":
      return "reached";
    default:
      return "";
  }
}
