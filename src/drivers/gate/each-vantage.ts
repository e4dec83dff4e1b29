import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Visit, Visiting } from "../../domain/visit.ts";
import type { Envoy } from "../../engine/ports/envoy.ts";
import type { Gate } from "../../engine/work.ts";
import type { GateTools } from "./gate.ts";

/** The cluster that should answer, and how often in a row from every vantage. */
export const visitSchema = z.strictObject({
  cluster: z.string().min(1),
  times: z.int().min(1).max(100),
});

interface Asking {
  readonly to: Omit<Visiting, "times">;
  /** Of one visit to what should be that address: undefined when it is as it should be. */
  readonly whyNotServed: (vantage: string, visit: Visit, address: string) => string | undefined;
  /** Stands in the evidence, too. */
  readonly more?: Readonly<Record<string, Json>>;
}

/** Holds once every vantage found all right several times in a row; `address`: the cluster's own. */
export function askEachVantage(
  { cluster, times }: z.infer<typeof visitSchema>,
  address: string | undefined,
  { envoys, to, whyNotServed, more }: Pick<GateTools, "envoys"> & Asking,
): Gate {
  let evidence: Json | undefined;
  return {
    whyNot: async (signal) => {
      if (address === undefined) return `${cluster} has no public address`;
      const whyNot = async (envoy: Envoy): Promise<string | undefined> => {
        const { vantage } = envoy;
        const visits = await envoy.visit({ ...to, times }, signal);
        const reasons = visits.map((visit) => whyNotServed(vantage, visit, address));
        const few = visits.length < times ? `${vantage} asked less than ${times} times` : undefined;
        return reasons.find((reason) => reason !== undefined) ?? few;
      };
      const asked = await envoys(signal);
      const reasons = await Promise.all(asked.map(whyNot));
      evidence = { ...more, address, times, vantages: asked.map(({ vantage }) => vantage) };
      return reasons.find((reason) => reason !== undefined);
    },
    evidence: () => evidence,
  };
}
