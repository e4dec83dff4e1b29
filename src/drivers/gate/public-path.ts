import type { z } from "zod";
import type { Gate } from "../../engine/work.ts";
import { askEachVisitor, visitSchema } from "./each-visitor.ts";
import type { GateSubject, GateTools } from "./gate.ts";

export const schema = visitSchema;

/** Users are served: through the public path by name, from every vantage, several times in a row. */
export function create(
  wish: z.infer<typeof schema>,
  { application }: GateSubject,
  { visitors }: GateTools,
): Gate {
  return askEachVisitor(wish, application.addresses[wish.cluster], {
    visitors,
    whyNotServed: async (visitor, expected, signal) => {
      const { address, whyNot } = await visitor.visit(application.name, signal);
      if (address !== expected) return `${visitor.vantage} is sent to ${address || "nowhere"}`;
      return whyNot === undefined ? undefined : `${visitor.vantage}: ${whyNot}`;
    },
  });
}
