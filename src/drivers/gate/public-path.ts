import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Gate } from "../../engine/work.ts";
import type { GateSubject, GateTools } from "./gate.ts";

/** The cluster that should answer, and how often in a row from every vantage. */
export const schema = z.strictObject({
  cluster: z.string().min(1),
  times: z.int().min(1).max(100),
});

/** Users are served: through the public path by name, from every vantage, several times in a row. */
export function create(
  { cluster, times }: z.infer<typeof schema>,
  { application }: GateSubject,
  { visitors }: GateTools,
): Gate {
  const expected = application.addresses[cluster];
  let evidence: Json | undefined;
  const whyNotServed = async (
    visitor: GateTools["visitors"][number],
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    for (let time = 1; time <= times; time += 1) {
      const { address, whyNot } = await visitor.visit(application.name, signal);
      if (address !== expected) return `${visitor.vantage} is sent to ${address || "nowhere"}`;
      if (whyNot !== undefined) return `${visitor.vantage}: ${whyNot}`;
    }
    return undefined;
  };
  return {
    whyNot: async (signal) => {
      if (expected === undefined) return `${cluster} has no public address`;
      const reasons = await Promise.all(visitors.map((one) => whyNotServed(one, signal)));
      evidence = { address: expected, times, vantages: visitors.map(({ vantage }) => vantage) };
      return reasons.find((reason) => reason !== undefined);
    },
    evidence: () => evidence,
  };
}
