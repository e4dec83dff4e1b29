import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { memberOf } from "../../src/domain/cause.ts";
import { whyBroken } from "../../src/domain/chain.ts";
import type { JournalEvent } from "../../src/domain/event.ts";
import { DRILL_CALLS, SERVE } from "./call.ts";
import type { ClusterSeen } from "./cluster-seen.ts";
import type { DrillEvidence } from "./run-drill.ts";
import { isAt } from "./why-unlisted.ts";

/** Everything that is not as it must be after a drill, however often serve died in it. */
export function whyDrillWrong(evidence: DrillEvidence): readonly string[] {
  const { events, operations, before, after, servedBy } = evidence;
  const broken = whyBroken(events, sha256).map(({ stream, what }) => `journal: ${stream} ${what}`);
  const [operation, ...others] = operations;
  const own = events.filter(({ stream }) => stream === operation?.id);
  const outcome = operation?.ended?.outcome ?? "restored";
  return [
    ...broken,
    ...(others.length > 0 ? [`${operations.length} operations`] : []),
    ...(outcome === "restored" ? [] : [`it ended ${outcome}`]),
    ...(servedBy === "blue" ? [] : [`an order was taken by ${servedBy}`]),
    ...whyOther("blue", before.blue, after.blue),
    ...whyOther("green", before.green, after.green),
    ...whyRepeated(own),
    ...whyTouched(evidence),
  ];
}

/** Users' way and blue are as they were to the byte; green but for the pairs that it keeps. */
function* whyOther(name: string, before: ClusterSeen, after: ClusterSeen): Generator<string> {
  const said = (seen: ClusterSeen) => ({
    zone: seen.zone,
    store: seen.store,
    selector: seen.selector,
    primary: seen.lease?.primary,
    replicas: seen.workload.replicas,
    ...(name === "blue" && { workload: seen.workload }),
  });
  const [one, other] = [JSON.stringify(said(before)), JSON.stringify(said(after))];
  if (one !== other) yield `${name} was ${one}, is ${other}`;
  const changes = after.workload.generation - before.workload.generation;
  if (changes !== 0 && changes !== 2) yield `${name} was scaled ${changes} times`;
}

/** Each result once, and what was there first the same in each attempt. */
function* whyRepeated(own: readonly JournalEvent[]): Generator<string> {
  const results = new Set<string>();
  for (const event of own) {
    if (event.type === "step.intended" && event.step === "scale")
      if (memberOf(event.before, "replicas") !== 0)
        yield `scale ${event.attempt}: before is ${JSON.stringify(event.before)}`;
    if (!/^(step|undo)\.(reached|failed)$/.test(event.type) || !("step" in event)) continue;
    const result = `${event.type.slice(0, 4)} ${event.step} ${event.attempt}`;
    if (results.has(result)) yield `${result}: two results`;
    results.add(result);
  }
}

/** No name was changed, and of blue nothing but its Lease, which is told the epoch. */
function* whyTouched({ calls }: DrillEvidence): Generator<string> {
  for (const { from, part, cluster, verb, path } of calls) {
    if (from !== SERVE || !/^(PATCH|PUT|POST|DELETE|update)$/.test(verb)) continue;
    const isLease = part === "api" && path.includes("/leases/");
    if (part === "dns" || (cluster !== "green" && !isLease))
      yield `it wrote: ${part} ${cluster} ${verb} ${path}`;
  }
}

/** Writes that a drill made and the sweep does not hold. */
export function* whyDrillUnlisted({ calls }: DrillEvidence): Generator<string> {
  const own = calls.filter(({ from, cluster }) => from === SERVE && cluster === "green");
  for (const call of own)
    if (!DRILL_CALLS.some(({ place }) => isAt(place, call)))
      yield `unlisted: ${call.part} ${call.verb} ${call.path}`;
  for (const { name, place } of DRILL_CALLS.filter(({ isWrite }) => isWrite))
    if (!own.some((call) => isAt(place, call))) yield `${name}: no such write`;
}
