import { z } from "zod";
import { oneLine } from "../one-line.ts";
import { type Route, route } from "../route.ts";

const application = z.string().min(1).max(50).optional();

/** The kill switch of automatic moves, of one application or of all. */
export const pauseRoutes: readonly Route[] = [
  route({
    method: "post",
    path: "/v1/pause",
    role: "operator",
    body: z.strictObject({ application, reason: oneLine }),
    answer: async ({ control, caller, body }) => {
      await control.pause(body.application, caller.owner, body.reason);
      return { json: {} };
    },
  }),
  route({
    method: "post",
    path: "/v1/unpause",
    role: "operator",
    body: z.strictObject({ application }),
    answer: async ({ control, caller, body }) => {
      await control.unpause(body.application, caller.owner);
      return { json: {} };
    },
  }),
];
