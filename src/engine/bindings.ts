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
  const { objectives, policy, addresses } = application;
  const bindings: Record<string, Binding> = {
    application: { value: application.name, source: "config" },
    from: { value: from, source: "the primary by the Lease" },
    to: { value: to, source: "the other cluster of the application" },
    "objectives.rtoMs": { value: objectives.rtoMs, source: "config objectives.rto" },
    "objectives.rpoMs": { value: objectives.rpoMs, source: "config objectives.rpo" },
    "policy.fencing": fencing(policy.fencing),
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
  const address = addresses[to];
  if (address !== undefined)
    for (const record of application.dns)
      bindings[`dns.${record}.address`] = {
        value: address,
        source: `config public.addresses.${to}`,
      };
  return bindings;
}

/** What an unreachable primary means for the plan: go on and owe it, or take back what was done. */
function fencing({ unreachable, acceptedBy }: Application["policy"]["fencing"]): Binding {
  return unreachable === "owe"
    ? { value: "continue", source: `config policy.fencing: owe, accepted by ${acceptedBy}` }
    : { value: "undo", source: "config policy.fencing: refuse" };
}
