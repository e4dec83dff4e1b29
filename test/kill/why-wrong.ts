import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { memberOf, readCause } from "../../src/domain/cause.ts";
import { whyBroken } from "../../src/domain/chain.ts";
import type { JournalEvent } from "../../src/domain/event.ts";
import type { Report } from "../../src/domain/report.ts";
import { keptDoubt } from "./kept-doubt.ts";
import type { Evidence } from "./run-case.ts";
import { whyWorldWrong } from "./why-world-wrong.ts";

/** Everything that is not as it must be after a failover, however often serve died in it. */
export function whyWrong(evidence: Evidence): readonly string[] {
  const { events, operations, reports } = evidence;
  const broken = whyBroken(events, sha256).map(
    ({ stream, seq, what }) => `the journal: ${stream} ${seq} ${what}`,
  );
  if (evidence.stays.length > 0) return [...broken, ...whyStayWrong(evidence)];
  const [operation, ...others] = operations;
  if (!operation || others.length > 0) return [...broken, `${operations.length} operations, not 1`];
  const own = events.filter(({ stream }) => stream === operation.id);
  const outcome = operation.ended?.outcome;
  return [
    ...broken,
    ...(outcome === "succeeded" ? [] : [`it ended ${outcome}`]),
    ...whyFaultWrong(evidence, own),
    ...whyAttemptsWrong(own),
    ...whyBeforeWrong(own),
    ...whyWorldWrong(evidence, own),
    ...reports.flatMap((report) => [...whyReportWrong(report)]),
  ];
}

/**
 * Nothing moves only where serve died before it could write down that blue failed: nobody then
 * knows how long blue went on taking orders, and nothing may have been touched.
 */
function* whyStayWrong(evidence: Evidence): Generator<string> {
  const { stays, green, operations, events, killedAt } = evidence;
  if (keptDoubt(events, killedAt))
    yield `the fault was kept, and nothing moves: ${stays.join("; ")}`;
  if (operations.length > 0) yield "nothing moves, with an operation";
  const [before, after] = [JSON.stringify(green.before), JSON.stringify(green.after)];
  if (before !== after) yield `nothing moves, and the world changed: ${before} -> ${after}`;
}

/** What was seen before the kill is what it was decided by after it. */
function* whyFaultWrong(evidence: Evidence, own: readonly JournalEvent[]): Generator<string> {
  const opened = own.find((event) => event.type === "operation.opened");
  if (!opened) return yield "it was never opened";
  const { lastGoodAt, firstFailedAt } = readCause(opened.cause).fault;
  const { faultAt, events, killedAt = Number.POSITIVE_INFINITY } = evidence;
  const kept = keptDoubt(events, killedAt);
  if (lastGoodAt === null || firstFailedAt === null) return yield "its fault has no bounds";
  if (lastGoodAt > firstFailedAt) yield "its last good answer came after the first failed one";
  if (kept && lastGoodAt > faultAt + SLACK_MS) yield "blue answered after it was dead";
  if (!kept || opened.at <= killedAt) return;
  if (lastGoodAt !== kept.lastGoodAt || firstFailedAt !== kept.firstFailedAt)
    yield `the bounds of the fault moved: ${JSON.stringify([kept, opened.cause])}`;
}

/** Numbered, each intended before it had a result, with one result at most; all but fences reached. */
function* whyAttemptsWrong(own: readonly JournalEvent[]): Generator<string> {
  const last = new Map<string, number>();
  const results = new Set<string>();
  const reached = new Set<string>();
  for (const event of own) {
    if (event.type.startsWith("undo.")) yield `${event.type}: something was taken back`;
    if (event.type === "step.intended") {
      if (event.attempt <= (last.get(event.step) ?? 0)) yield `${event.step}: an attempt twice`;
      if (reached.has(event.step)) yield `${event.step}: begun again after it was reached`;
      last.set(event.step, event.attempt);
    }
    if (event.type !== "step.reached" && event.type !== "step.failed") continue;
    const attempt = `${event.step} ${event.attempt}`;
    if (results.has(attempt)) yield `${attempt}: two results`;
    results.add(attempt);
    if (event.type === "step.reached") reached.add(event.step);
    else if (!event.step.startsWith("fence")) yield `${attempt} failed: ${event.reason}`;
  }
}

/** Of every attempt, the world as it was before the first. */
function* whyBeforeWrong(own: readonly JournalEvent[]): Generator<string> {
  const epoch = own[0]?.epoch;
  for (const event of own) {
    if (event.type !== "step.intended") continue;
    const { step, attempt, before } = event;
    for (const [name, value] of Object.entries(BEFORE[step] ?? {})) {
      const wanted = value === "its own" ? epoch : value;
      const seen = memberOf(before, name);
      if (seen !== wanted)
        yield `${step} ${attempt}: before.${name} is ${JSON.stringify(seen)}, was ${wanted}`;
    }
  }
}

/** Green's, and the name's; the Lease has the epoch, but not yet the primary. */
const BEFORE: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
  scale: { replicas: 0, available: 0, epoch: 0, sequence: 0 },
  open: { serves: true, epoch: 0, sequence: 0 },
  promote: { role: "standby", epoch: 0, sequence: 0 },
  primary: { primary: "blue", epoch: "its own", sequence: 0 },
  dns: { address: "127.0.0.2", epoch: 0, sequence: 0 },
};

/** Time that the kill cost may be beyond the objective; nothing else may be wrong. */
function* whyReportWrong({ result, criteria }: Report): Generator<string> {
  const open = criteria.filter(({ mandatory, verdict }) => mandatory && verdict !== "pass");
  for (const { id, verdict, reason } of open)
    if (id !== "rto") yield `report: ${id} ${verdict}: ${reason}`;
  const late = open.some(({ id, verdict }) => id === "rto" && verdict === "fail");
  if (result !== (late ? "FAIL" : "PASS")) yield `report: ${result}`;
}

/** Between two clocks' readings of one machine. */
const SLACK_MS = 50;
