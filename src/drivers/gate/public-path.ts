import type { z } from "zod";
import type { Gate } from "../../engine/work.ts";
import { askEachVantage, visitSchema } from "./each-vantage.ts";
import type { GateSubject, GateTools } from "./gate.ts";

export const schema = visitSchema;

/** Users are served: through the public path by name, from every vantage, several times in a row. */
export function create(
  wish: z.infer<typeof schema>,
  { application }: GateSubject,
  { envoys }: GateTools,
): Gate {
  return askEachVantage(wish, application.addresses[wish.cluster], {
    envoys,
    to: { application: application.name },
    whyNotServed: (vantage, { address, whyNot }, expected) => {
      // Where nobody could be asked, why not says more than that.
      const isAsked = address !== "" || whyNot === undefined;
      if (isAsked && address !== expected) return `${vantage} is sent to ${address || "nowhere"}`;
      return whyNot === undefined ? undefined : `${vantage}: ${whyNot}`;
    },
  });
}
