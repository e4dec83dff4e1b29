import { isSameTarget, movedPrimary } from "../../../src/domain/debt.ts";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { foldHistory } from "../../../src/domain/history.ts";
import { reportOf } from "../../../src/domain/report.ts";
import { planOf } from "../../../src/engine/drive.ts";
import { DECISION } from "../../../src/engine/logbook.ts";
import { whyElsewhere } from "./rest.ts";
import { SITES, type SiteName, WORKLOAD } from "./site.ts";
import type { World } from "./world.ts";

type Stream = readonly JournalEvent[];

/** What the journal and the world at rest say that must not be; each with its number in the rules. */
export function whyUnsound(world: World, streams: ReadonlyMap<string, Stream>): string[] {
  const all = [...streams.values()];
  return [
    ...all.flatMap((events) => [...whyNotOnce(events)]),
    ...all.flatMap((events) => [...whyUnjustified(events, world)]),
    ...all.flatMap((events) => [...whyOtherwiseReported(events)]),
    ...all.flatMap((events) => [...whyNotPreempted(events, streams)]),
    ...whyTouched(world, all),
    ...whyTwoWriters(world, all),
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
  for (const { id: step, before } of planOf(events).steps)
    if (before !== undefined) befores.set(step, JSON.stringify(before));
  const [end] = ends;
  if (end?.type === "operation.ended" && (end.outcome === "undone" || end.outcome === "restored"))
    for (const step of befores.keys())
      if (!undone.includes(step))
        yield `3: ${id} ended ${end.outcome}, and ${step} was not taken back`;
}

/** 8: one that was preempted took nothing back, and who preempted it goes by what it had found. */
function* whyNotPreempted(events: Stream, streams: ReadonlyMap<string, Stream>): Generator<string> {
  const end = events.find((event) => event.type === "operation.ended");
  if (end?.outcome !== "preempted") return;
  const plan = planOf(events);
  if (plan.ends !== "restore") yield `8: ${plan.id} was preempted, and would have kept what it did`;
  const by = streams.get(end.reason ?? "");
  if (!by) return yield `8: ${plan.id} was preempted by ${end.reason}, which there is not`;
  const history = foldHistory(events);
  for (const step of planOf(by).steps) {
    const same = plan.steps.find((one) => isSameTarget(one, step));
    const found = same && history.get(same.id)?.before;
    if (found !== undefined && JSON.stringify(found) !== JSON.stringify(step.before))
      yield `8: ${step.id} of ${end.reason} does not go back to what ${plan.id} had found`;
  }
}

/** 8: what is not in its plan an operation never writes to: so a drill, the public name; a quarantine, the primary. */
function* whyTouched(world: World, all: readonly Stream[]): Generator<string> {
  const plans = new Map(all.map((events) => [planOf(events).epoch, planOf(events)]));
  for (const { target, epoch } of world.ward.touches) {
    const [uses, cluster] = target.split(" ");
    const plan = plans.get(epoch);
    if (uses === "lease" && (!plan || plan.epoch === epoch)) continue;
    const isPlanned = plan?.steps.some((step) => step.uses === uses && step.cluster === cluster);
    if (!isPlanned) yield `8: ${plan?.kind ?? "nobody"} (epoch ${epoch}) wrote to ${target}`;
  }
  for (const plan of plans.values()) {
    const isAside = plan.steps.every(({ uses }) => uses !== "dns" && uses !== "lease");
    const own = plan.steps.find(({ cluster }) => isAside && cluster === plan.from);
    if (own) yield `8: ${plan.kind} of ${plan.id} acts on ${plan.from}, the primary`;
  }
}

/** 1: a second writer only where the first could not be fenced, and that is owed; none is planned. */
function* whyTwoWriters(world: World, all: readonly Stream[]): Generator<string> {
  const streams = new Map(all.map((events) => [planOf(events).epoch, events]));
  for (const epoch of world.ward.seconds) {
    const events = streams.get(epoch) ?? [];
    const plan = events.length > 0 ? planOf(events) : undefined;
    const finals = plan?.steps.filter(({ irreversible }) => irreversible).map(({ id }) => id) ?? [];
    const final = events.findIndex(
      (event) => event.type === "step.intended" && finals.includes(event.step),
    );
    // It may be paid since, in the same operation.
    const then = foldHistory(events.slice(0, final));
    const isOwed = plan?.steps.some(
      ({ id, uses, owes }) =>
        uses === "data" && owes !== undefined && then.get(id)?.step.state === "failed",
    );
    if (!isOwed) yield `1: ${plan?.kind} (epoch ${epoch}) made a second writer`;
  }
  for (const { epoch, name } of world.ward.reopened) {
    const from = planOf(streams.get(epoch) ?? []).from;
    if (from !== name) yield `2: epoch ${epoch} promoted ${name}'s store, which was fenced`;
  }
  for (const epoch of world.ward.losses) {
    const events = streams.get(epoch) ?? [];
    const isPlanned = events.some(
      (event) => event.type === "operation.opened" && event.plan.leases === "all",
    );
    if (isPlanned) yield `2: epoch ${epoch}: a planned move lost something`;
  }
}

/** 2 and 7: what was decided on, and what the gate saw before the promotion. */
function* whyUnjustified(events: Stream, world: World): Generator<string> {
  const opened = events.find((event) => event.type === "operation.opened");
  if (opened?.type !== "operation.opened") return;
  const { plan } = opened;
  const promote = plan.steps.find(({ irreversible }) => irreversible);
  const isPromoted = events.some((event) => "step" in event && event.step === promote?.id);
  if (!isPromoted) return;
  const gate = plan.steps.find(({ uses }) => uses === "gate/loss-bound");
  const caughtUp = plan.steps.find(({ uses }) => uses === "gate/caught-up");
  const history = foldHistory(events);
  if (caughtUp && history.get(caughtUp.id)?.step.state !== "reached")
    yield `2: ${plan.id} promoted what had not caught up`;
  if (caughtUp) return;
  const checked = events.find((event) => event.type === "step.reached" && event.step === gate?.id);
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
      const step = planOf(events).steps.find(({ id }) => id === event.step);
      const site = step?.uses === "scale" ? (step.cluster as SiteName) : undefined;
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

/** 7: nobody's decision moves it again within the cooldown, but where a human has seen the last move. */
function* whyMovedOften(all: readonly Stream[]): Generator<string> {
  const moved = all.filter((events) => movedPrimary(events));
  for (const [index, events] of moved.entries()) {
    const opened = events.find((event) => event.type === "operation.opened");
    const before = moved[index - 1];
    if (opened?.by !== DECISION || !before) continue;
    const asked = before.find((event) => event.type === "operation.opened")?.by !== DECISION;
    if (opened.plan.to === "blue" && !asked) yield `7: ${opened.plan.id} moved back home by itself`;
  }
}
