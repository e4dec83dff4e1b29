import type { z } from "zod";
import type { Gate } from "../../engine/work.ts";
import { askEachVisitor, visitSchema } from "./each-visitor.ts";
import type { GateSubject, GateTools } from "./gate.ts";

export const schema = visitSchema;

/**
 * The cluster could serve users: it answers as expected at its own public address, with the public
 * name as Host, from every vantage, several times in a row. Whom users are sent to does not matter.
 */
export function create(
  wish: z.infer<typeof schema>,
  { application }: GateSubject,
  { visitors }: GateTools,
): Gate {
  const { cluster } = wish;
  return askEachVisitor(wish, application.addresses[cluster], {
    visitors,
    more: { cluster },
    whyNotServed: async (visitor, address, signal) => {
      const { whyNot } = await visitor.visitAt(address, signal);
      return whyNot === undefined ? undefined : `${cluster} from ${visitor.vantage}: ${whyNot}`;
    },
  });
}
