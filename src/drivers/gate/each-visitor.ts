import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Gate } from "../../engine/work.ts";
import type { GateTools, Visitor } from "./gate.ts";

/** The cluster that should answer, and how often in a row from every vantage. */
export const visitSchema = z.strictObject({
  cluster: z.string().min(1),
  times: z.int().min(1).max(100),
});

/** One visit from one vantage to what should be that address: undefined when it is as it should be. */
type WhyNotServed = (
  visitor: Visitor,
  address: string,
  signal: AbortSignal,
) => Promise<string | undefined>;

/** Holds once every vantage found all right several times in a row; `address`: the cluster's own. */
export function askEachVisitor(
  { cluster, times }: z.infer<typeof visitSchema>,
  address: string | undefined,
  { visitors, whyNotServed, more }: Pick<GateTools, "visitors"> & Asking,
): Gate {
  let evidence: Json | undefined;
  return {
    whyNot: async (signal) => {
      if (address === undefined) return `${cluster} has no public address`;
      const whyNot = async (visitor: Visitor): Promise<string | undefined> => {
        for (let time = 1; time <= times; time += 1) {
          const reason = await whyNotServed(visitor, address, signal);
          if (reason !== undefined) return reason;
        }
        return undefined;
      };
      const reasons = await Promise.all(visitors.map(whyNot));
      evidence = { ...more, address, times, vantages: visitors.map(({ vantage }) => vantage) };
      return reasons.find((reason) => reason !== undefined);
    },
    evidence: () => evidence,
  };
}

interface Asking {
  readonly whyNotServed: WhyNotServed;
  /** Stands in the evidence, too. */
  readonly more?: Readonly<Record<string, Json>>;
}
