import type { Application } from "./application.ts";
import type { Runbook } from "./runbook.ts";

/**
 * How many people must agree before it is opened, whoever asks among them. What the policy says of
 * its kind holds; a planned move that goes home by a kind of which it says nothing takes as many as
 * the kinds that only go there. `to` undefined: it is not known where it would go.
 */
export function peopleFor(
  { kind, ends, requires }: Pick<Runbook, "kind" | "ends" | "requires">,
  to: string | undefined,
  { home, policy }: Application,
): number {
  const { approvals, homeApprovals = 1 } = policy;
  const named = Object.hasOwn(approvals, kind) ? approvals[kind] : undefined;
  if (named !== undefined) return named;
  // What waits for nothing to be well is for an emergency: nobody is waited for, either.
  const isPlanned = ends === "keep" && requires !== undefined;
  return isPlanned && to === home ? homeApprovals : 1;
}
