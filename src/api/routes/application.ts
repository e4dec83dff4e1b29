import { z } from "zod";
import { type Route, route } from "../route.ts";

/** Applications: how they are, and what would be done. */
export const applicationRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/v1/applications",
    role: "viewer",
    answer: async ({ control }) => ({ json: { applications: await control.applications() } }),
  }),
  route({
    method: "get",
    path: "/v1/applications/:name",
    role: "viewer",
    answer: async ({ control, params }) => ({
      json: await control.application(params["name"] ?? ""),
    }),
  }),
  route({
    method: "get",
    path: "/v1/applications/:name/explain",
    role: "viewer",
    query: z.strictObject({ kind: z.string().min(1).max(40).optional() }),
    answer: async ({ control, params, query }) => ({
      json: await control.explain(params["name"] ?? "", query.kind),
    }),
  }),
  route({
    method: "post",
    path: "/v1/applications/:name/plan",
    role: "viewer",
    body: z.strictObject({ kind: z.string().min(1).max(40) }),
    answer: async ({ control, params, body }) => ({
      json: await control.plan(params["name"] ?? "", body.kind),
    }),
  }),
  route({
    method: "post",
    path: "/v1/applications/:name/acknowledge",
    role: "operator",
    answer: async ({ control, caller, params }) => {
      await control.acknowledge(params["name"] ?? "", caller.owner);
      return { json: {} };
    },
  }),
];
