import { z } from "zod";
import type { DataStatus } from "../../domain/data-status.ts";
import type { Json } from "../../domain/json.ts";
import type { Gate } from "../../engine/work.ts";
import { type GateSubject, type GateTools, lookAt } from "./gate.ts";

export const schema = z.strictObject({ maxLagMs: z.number().nonnegative() });

/** The standby's store follows its primary closely enough to take over. */
export function create(
  { maxLagMs }: z.infer<typeof schema>,
  { subject: store, to }: GateSubject,
  tools: GateTools,
): Gate {
  let evidence: Json | undefined;
  return {
    whyNot: async (signal) => {
      if (store === undefined) return "the step does not say which store";
      const status = await lookAt(tools, { store, cluster: to }, signal);
      const { role, linkUp, lagMs, position, confidence, reasons } = status;
      evidence = { store, cluster: to, role, linkUp, lagMs, maxLagMs, position, confidence };
      const reason = whyNotReady(status, maxLagMs);
      if (reason !== undefined) return `${store} on ${to} ${reason}`;
      return confidence === "unknown"
        ? `what ${to} says of its data can't be trusted: ${reasons.join("; ")}`
        : undefined;
    },
    evidence: () => evidence,
  };
}

function whyNotReady({ role, linkUp, lagMs }: DataStatus, maxLagMs: number): string | undefined {
  if (role !== "standby") return `is ${role}, not standby`;
  if (linkUp !== true) return "does not hear from its primary";
  if (lagMs === null) return "does not say how far it is behind";
  return lagMs > maxLagMs ? `is ${lagMs} ms behind, at most ${maxLagMs} ms will do` : undefined;
}
