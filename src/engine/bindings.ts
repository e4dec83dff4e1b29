import type { Application } from "../domain/application.ts";
import type { Memory } from "../domain/memory.ts";
import type { Binding, Bindings } from "../domain/runbook.ts";

export interface Move {
  readonly from: string;
  readonly to: string;
  /** Wall clock, in ms since 1970; null: nothing failed. */
  readonly firstFailedAt: number | null;
}

/** Everything that a runbook may name, with where it came from. What is not known is not in it. */
export function bindingsFor(
  application: Application,
  { from, to, firstFailedAt }: Move,
  memory: Memory,
): Bindings {
  const { objectives, policy } = application;
  const bindings: Record<string, Binding> = {
    application: { value: application.name, source: "config" },
    from: { value: from, source: "the primary by the Lease" },
    to: { value: to, source: "the other cluster of the application" },
    "objectives.rtoMs": { value: objectives.rtoMs, source: "config objectives.rto" },
    "objectives.rpoMs": { value: objectives.rpoMs, source: "config objectives.rpo" },
    "policy.fencing": fencing(policy.fencing),
    "policy.commitWindowMs": { value: policy.commitWindowMs, source: "config policy.commitWindow" },
    "fault.firstFailedAt": { value: firstFailedAt, source: "the first failed probe" },
  };
  for (const workload of application.workloads) {
    const seen = memory.replicas[from]?.[workload];
    if (seen)
      bindings[`workloads.${workload}.replicas`] = {
        value: seen.replicas,
        source: `${from} while it was healthy, seen at ${seen.at}`,
      };
  }
  for (const record of application.dns)
    Object.assign(bindings, bindRecord(application, record, { from, to }));
  return bindings;
}

/** A record's address on either side, for how many seconds answers may be kept, and a step's time. */
function bindRecord(
  { addresses, ttls, dnsTimeoutsMs }: Application,
  record: string,
  { from, to }: Pick<Move, "from" | "to">,
): Bindings {
  const values = [
    { name: "address", value: addresses[to], source: `config public.addresses.${to}` },
    { name: "current", value: addresses[from], source: `config public.addresses.${from}` },
    { name: "ttl", value: ttls[record]?.normal, source: `config dns ${record} ttl` },
    { name: "moveTtl", value: ttls[record]?.move, source: `config dns ${record} moveTtl` },
    { name: "timeoutMs", value: dnsTimeoutsMs[record], source: `config dns ${record} timeout` },
  ];
  return Object.fromEntries(
    values.flatMap(({ name, value, source }) =>
      value === undefined ? [] : [[`dns.${record}.${name}`, { value, source }] as const],
    ),
  );
}

/** What an unreachable primary means for the plan: go on and owe it, or take back what was done. */
function fencing({ unreachable, acceptedBy }: Application["policy"]["fencing"]): Binding {
  return unreachable === "owe"
    ? { value: "continue", source: `config policy.fencing: owe, accepted by ${acceptedBy}` }
    : { value: "undo", source: "config policy.fencing: refuse" };
}
