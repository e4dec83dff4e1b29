import { z } from "zod";
import { oneLine } from "../one-line.ts";
import { type Route, route } from "../route.ts";
import { keyOf } from "./operation.ts";

/** Rehearsals by the calendar: when they are due, what came of them; and one at once. */
export const drillRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/v1/drills",
    role: "viewer",
    query: z.strictObject({ next: z.coerce.number().int().min(0).max(100).default(1) }),
    answer: async ({ control, query }) => ({ json: { drills: await control.drills(query.next) } }),
  }),
  route({
    method: "post",
    path: "/v1/drills/:name/runs",
    role: "operator",
    body: z.strictObject({ reason: oneLine.optional() }),
    answer: async ({ control, caller, params, body: { reason }, header }) => {
      const request = {
        by: caller.owner,
        idempotencyKey: keyOf(header("idempotency-key")),
        ...(reason !== undefined && { reason }),
      };
      return { status: 202, json: await control.runDrill(params["name"] ?? "", request) };
    },
  }),
];
