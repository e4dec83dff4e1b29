import type { JournalEvent } from "../../src/domain/event.ts";
import type { Run } from "./one-run.ts";

/** In ms; of so many runs. */
export interface Figure {
  readonly runs: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((one, other) => one - other);
  const part = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { runs: values.length, p50: part(0.5), p99: part(0.99), max: part(1) };
}

/** From the fault to both: a correct write at green, and the name server saying green. */
export function totalOf({ faultAt, writeAt, dnsAt }: Run): number {
  return Math.max(writeAt, dnsAt) - faultAt;
}

/**
 * By name, in ms. Steps may run beside one another, and each waits for its job first: `wait` is from
 * the end of what it needed to its intent.
 */
export function partsOf(run: Run): ReadonlyMap<string, number> {
  const { faultAt, writeAt, dnsAt, allClientsAt, events } = run;
  const opened = events.find((event) => event.type === "operation.opened");
  const verdict = events.find(
    (event) => event.type === "verdict.reached" && event.verdict === "site-loss",
  );
  if (!opened || !verdict) throw new Error("the journal tells of no move");
  const parts = new Map<string, number>();
  parts.set("detect: fault to verdict", verdict.at - faultAt);
  parts.set("decide: verdict to operation.opened", opened.at - verdict.at);
  for (const { id, needs } of opened.plan.steps) {
    const intent = find(events, id, ["step.intended"]);
    const result = find(events, id, ["step.reached", "step.failed"]);
    const readyAt = Math.max(
      opened.at,
      ...needs.map((need) => find(events, need, ["step.reached", "step.failed"])?.at ?? 0),
    );
    if (intent) parts.set(`${id}: wait`, intent.at - readyAt);
    if (result)
      parts.set(`${id}: ${intent ? "run" : "wait and run"}`, result.at - (intent?.at ?? readyAt));
  }
  parts.set("first correct write at green", writeAt - faultAt);
  parts.set("name server says green", dnsAt - faultAt);
  parts.set("then, until all clients went there (TTL)", allClientsAt - dnsAt);
  return parts;
}

function find(events: readonly JournalEvent[], step: string, types: readonly string[]) {
  return events.find(
    (event) => "step" in event && event.step === step && types.includes(event.type),
  );
}
