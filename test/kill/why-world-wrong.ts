import type { JournalEvent } from "../../src/domain/event.ts";
import type { Pair } from "./cluster-seen.ts";
import type { Evidence } from "./run-case.ts";

/** What green and the name server hold, against what the operation says that it did there. */
export function* whyWorldWrong(
  evidence: Evidence,
  own: readonly JournalEvent[],
): Generator<string> {
  const { before, after } = evidence.green;
  const { way, workload, lease, store, zone } = after;
  const epoch = epochOf(evidence, own);
  const wanted: Readonly<Record<string, readonly [seen: Value, wanted: Value]>> = {
    "the operation's epoch": [own[0]?.epoch, epoch],
    "green's replicas": [workload.replicas, REPLICAS],
    "green's generation": [workload.generation, before.workload.generation + 1],
    "green's pair": [text(workload), text(lastPair("scale", own))],
    "the way in's selector": [way.selector, before.way.selector],
    "the way in's pair": [text(way), text(lastPair("open", own))],
    "the store's role": [store.role, "primary"],
    "the store's pair": [text(store), text(lastPair("promote", own))],
    "the Lease's primary": [lease?.primary, "green"],
    "the Lease's pair": [text(lease), text(lastPair("primary", own))],
    "the name's addresses": [zone.addresses.join(" "), "127.0.0.3"],
    "the name's pairs": [zone.pairs.join(" | "), text(lastPair("dns", own))],
    "the zone's serial": [zone.serial, before.zone.serial + evidence.updates],
    "who takes an order": [evidence.servedBy, "green"],
    "the orders": [evidence.orders.join(" "), "early late"],
  };
  for (const [what, [seen, meant]] of Object.entries(wanted))
    if (seen !== meant) yield `${what}: ${seen}, not ${meant}`;
}

/**
 * One above what green's Lease had, which is what a kill between the two has left there; and one
 * more for each time more that a move was told: that right to act was won, and given back unused or
 * lost with the process.
 */
function epochOf({ green, killedAt, faultAt, events }: Evidence, own: readonly JournalEvent[]) {
  const openedAt = own[0]?.at ?? 0;
  const isResumed = killedAt === undefined || openedAt <= killedAt;
  const next = ((isResumed ? green.before : green.between).lease?.epoch ?? 0) + 1;
  const since = isResumed ? faultAt : killedAt;
  const moves = events.filter(
    ({ at, ...event }) =>
      event.type === "decision.made" && event.action === "move" && at >= since && at <= openedAt,
  );
  const epoch = own[0]?.epoch ?? next;
  return epoch >= next && epoch < next + moves.length ? epoch : next;
}

/** What the last attempt at a step wrote, wherever it wrote. */
function lastPair(step: string, own: readonly JournalEvent[]): Pair | undefined {
  const last = own.findLast((event) => event.type === "step.intended" && event.step === step);
  return last && { epoch: last.epoch, sequence: last.seq };
}

function text(pair: Pair | undefined): string {
  return pair ? `epoch=${pair.epoch} sequence=${pair.sequence}` : "none";
}

type Value = string | number | undefined;

const REPLICAS = 2;
