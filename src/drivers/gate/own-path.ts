import type { z } from "zod";
import type { Gate } from "../../engine/work.ts";
import { askEachVantage, visitSchema } from "./each-vantage.ts";
import type { GateSubject, GateTools } from "./gate.ts";

export const schema = visitSchema;

/**
 * The cluster could serve users: it answers as expected at its own public address, with the public
 * name as Host, from every vantage, several times in a row. Whom users are sent to does not matter.
 */
export function create(
  wish: z.infer<typeof schema>,
  { application }: GateSubject,
  { envoys }: GateTools,
): Gate {
  const { cluster } = wish;
  const address = application.addresses[cluster];
  return askEachVantage(wish, address, {
    envoys,
    to: { application: application.name, ...(address !== undefined && { address }) },
    more: { cluster },
    whyNotServed: (vantage, { whyNot }) =>
      whyNot === undefined ? undefined : `${cluster} from ${vantage}: ${whyNot}`,
  });
}
