import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Gate } from "../../engine/work.ts";
import type { GateSubject, GateTools } from "./gate.ts";

/** The cluster that is asked, and how often in a row from every vantage. */
export const schema = z.strictObject({
  cluster: z.string().min(1),
  times: z.int().min(1).max(100),
});

/**
 * The cluster could serve users: it answers as expected at its own public address, with the public
 * name as Host, from every vantage, several times in a row. Whom users are sent to does not matter.
 */
export function create(
  { cluster, times }: z.infer<typeof schema>,
  { application }: GateSubject,
  { visitors }: GateTools,
): Gate {
  const address = application.addresses[cluster];
  let evidence: Json | undefined;
  const whyNotServed = async (
    visitor: GateTools["visitors"][number],
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    for (let time = 1; time <= times; time += 1) {
      const { whyNot } = await visitor.visitAt(address ?? "", signal);
      if (whyNot !== undefined) return `${cluster} from ${visitor.vantage}: ${whyNot}`;
    }
    return undefined;
  };
  return {
    whyNot: async (signal) => {
      if (address === undefined) return `${cluster} has no public address`;
      const reasons = await Promise.all(visitors.map((one) => whyNotServed(one, signal)));
      evidence = { cluster, address, times, vantages: visitors.map(({ vantage }) => vantage) };
      return reasons.find((reason) => reason !== undefined);
    },
    evidence: () => evidence,
  };
}
