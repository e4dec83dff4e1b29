import { z } from "zod";
import type { DataStatus } from "../../domain/data-status.ts";
import type { Json } from "../../domain/json.ts";
import type { Gate } from "../../engine/work.ts";
import { type GateSubject, type GateTools, lookAt } from "./gate.ts";

export const schema = z.strictObject({});

/** The standby's store has all that the primary's had when it was fenced. */
export function create(
  _: z.infer<typeof schema>,
  { subject: store, from, to }: GateSubject,
  tools: GateTools,
): Gate {
  let evidence: Json | undefined;
  return {
    whyNot: async (signal) => {
      if (store === undefined) return "the step does not say which store";
      // Fenced, it takes no more: from then on its position is the last one.
      const primary = await lookAt(tools, { store, cluster: from }, signal);
      if (primary.role !== "fenced")
        return `${store} on ${from} is ${primary.role}, not fenced: it may take more`;
      const standby = await lookAt(tools, { store, cluster: to }, signal);
      evidence = { store, from: placeOf(from, primary), to: placeOf(to, standby) };
      if (standby.role !== "standby") return `${store} on ${to} is ${standby.role}, not standby`;
      return whyUnsure(from, primary) ?? whyUnsure(to, standby) ?? whyBehind(primary, standby);
    },
    evidence: () => evidence,
  };
}

function placeOf(cluster: string, { role, position }: DataStatus): Json {
  return { cluster, role, position };
}

/** What is said of a position that can't be trusted proves nothing. */
function whyUnsure(cluster: string, { confidence, reasons }: DataStatus): string | undefined {
  if (confidence !== "unknown") return undefined;
  return `what ${cluster} says of its data can't be trusted: ${reasons.join("; ")}`;
}

function whyBehind(primary: DataStatus, standby: DataStatus): string | undefined {
  if (standby.position >= primary.position) return undefined;
  return `it is at position ${standby.position}, ${primary.position - standby.position} behind`;
}
