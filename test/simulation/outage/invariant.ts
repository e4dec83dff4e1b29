import type { JournalEvent } from "../../../src/domain/event.ts";
import { reportOf } from "../../../src/domain/report.ts";
import { whyHeld } from "../../../src/engine/advance.ts";
import { ADDRESSES, REPLICAS, SITES, type SiteName, WORKLOAD } from "./site.ts";
import type { World } from "./world.ts";

type Stream = readonly JournalEvent[];

/** What the journal and the world at rest say that must not be; each with its number in the rules. */
export function whyUnsound(world: World, streams: ReadonlyMap<string, Stream>): string[] {
  const all = [...streams.values()];
  return [
    ...all.flatMap((events) => [...whyNotOnce(events)]),
    ...all.flatMap((events) => [...whyUnjustified(events, world)]),
    ...all.flatMap((events) => [...whyOtherwiseReported(events)]),
    ...whyDoubled(world, all),
    ...whyMovedOften(all),
    ...whyElsewhere(world, all),
  ];
}

/** 3: nothing lost or replaced; 4: exactly one end. */
function* whyNotOnce(events: Stream): Generator<string> {
  const id = events[0]?.stream;
  const ends = events.filter(({ type }) => type === "operation.ended");
  if (ends.length > 1) yield `4: ${id} ended ${ends.length} times`;
  if (ends[0] && ends[0] !== events.at(-1)) yield `4: ${id} went on after its end`;
  const befores = new Map<string, string>();
  for (const event of events) {
    if (event.type !== "step.intended" || event.before === undefined) continue;
    const before = JSON.stringify(event.before);
    const first = befores.get(event.step) ?? before;
    if (first !== before) yield `3: ${id} ${event.step} lost what was there before`;
    befores.set(event.step, first);
  }
  const undone = events.filter((event) => event.type === "undo.reached").map(({ step }) => step);
  const [end] = ends;
  if (end?.type === "operation.ended" && end.outcome === "undone")
    for (const step of befores.keys())
      if (!undone.includes(step)) yield `3: ${id} ended undone, and ${step} was not taken back`;
}

/** 2 and 7: what was decided on, and what the gate saw before the promotion. */
function* whyUnjustified(events: Stream, world: World): Generator<string> {
  const opened = events.find((event) => event.type === "operation.opened");
  if (opened?.type !== "operation.opened") return;
  const { plan } = opened;
  if (plan.from !== "blue") yield `7: ${plan.id} moved back, from ${plan.from}`;
  const isPromoted = events.some((event) => "step" in event && event.step === "promote");
  const checked = events.find(
    (event) => event.type === "step.reached" && event.step === "data.check",
  );
  if (!isPromoted) return;
  const after = checked?.type === "step.reached" ? checked.after : undefined;
  const losses = (after as { losses?: readonly { ms: number | null; confidence: string }[] })
    ?.losses;
  const rpoMs = world.application.objectives.rpoMs;
  if (
    !losses?.every(({ ms, confidence }) => ms !== null && ms <= rpoMs && confidence !== "unknown")
  )
    yield `2: ${plan.id} promoted on ${JSON.stringify(losses)}`;
}

/** 10: the report says what the journal says. */
function* whyOtherwiseReported(events: Stream): Generator<string> {
  const report = reportOf(events);
  const id = events[0]?.stream;
  if (!report) return;
  const ended = events.find((event) => event.type === "operation.ended");
  const outcome = ended?.type === "operation.ended" ? ended.outcome : null;
  if (report.outcome !== outcome) yield `10: ${id} is reported ${report.outcome}, not ${outcome}`;
  const { fromLastGoodMs, parts, fromDecisionMs } = report.recovery;
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  if (fromLastGoodMs !== null && sum !== fromLastGoodMs)
    yield `10: ${id}: the parts are ${sum} ms, the whole ${fromLastGoodMs} ms`;
  const verified = events.findLast(
    (event) => event.type === "step.reached" && event.step === "verify",
  );
  if (outcome !== "succeeded" || !verified) return;
  const opened = events[0]?.type === "operation.opened" ? events[0] : undefined;
  const decidedAt = (opened?.cause as { fault?: { decidedAt: number } })?.fault?.decidedAt;
  if (decidedAt !== undefined && fromDecisionMs !== verified.at - decidedAt)
    yield `10: ${id}: recovered after ${fromDecisionMs} ms, not ${verified.at - decidedAt}`;
}

/** 3: each spec was changed at most once for each intent to change it, and once for each undo. */
function* whyDoubled(world: World, all: readonly Stream[]): Generator<string> {
  const allowed: Record<SiteName, number> = { blue: 0, green: 0 };
  for (const events of all) {
    const seen = new Set<string>();
    for (const event of events) {
      if (event.type !== "step.intended" && event.type !== "undo.intended") continue;
      const site = event.step === "fence" ? "blue" : event.step === "scale" ? "green" : undefined;
      const key = `${event.type} ${event.step}`;
      if (site && !seen.has(key)) allowed[site] += 1;
      seen.add(key);
    }
  }
  for (const site of SITES) {
    const changes = world.sites[site].kubernetes.changes(WORKLOAD);
    if (changes > allowed[site])
      yield `3: ${site} was scaled ${changes} times, ${allowed[site]} were intended`;
  }
}

function* whyMovedOften(all: readonly Stream[]): Generator<string> {
  const moved = all.filter((events) =>
    events.some((event) => event.type === "operation.ended" && event.outcome === "succeeded"),
  );
  if (moved.length > 1) yield `7: it moved ${moved.length} times`;
}

/** Where everything must be once all is at rest. */
function* whyElsewhere(world: World, all: readonly Stream[]): Generator<string> {
  if (all.some((events) => whyHeld(events) !== undefined)) return;
  const moved = all.some((events) =>
    events.some((event) => event.type === "operation.ended" && event.outcome === "succeeded"),
  );
  const [here, there] = moved ? (["green", "blue"] as const) : (["blue", "green"] as const);
  const { kubernetes, store } = world.sites[here];
  const { address } = world.zone.look();
  if (address !== ADDRESSES[here]) yield `6: the zone answers ${address}, not ${here}`;
  const { replicas } = kubernetes.look(WORKLOAD);
  if (replicas !== REPLICAS) yield `3: ${here} has ${replicas} replicas at the end`;
  const { role } = store.look();
  if (role !== "primary") yield `3: ${here}'s store is ${role} at the end`;
  const lease = world.sites[here].leases.look("shop");
  if (lease && lease.primary !== here) yield `1: ${here}'s Lease names ${lease.primary}`;
  if (moved) return;
  const standby = world.sites[there];
  if (standby.kubernetes.look(WORKLOAD).replicas !== 0) yield `3: ${there} was not scaled back`;
  if (standby.store.look().role !== "standby") yield `3: ${there}'s store is no standby any more`;
}
