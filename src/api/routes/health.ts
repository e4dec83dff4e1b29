import { type Route, route } from "../route.ts";

/** For whoever keeps the process alive, and whoever measures it. */
export const healthRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/livez",
    role: "anyone",
    answer: async () => ({ text: "ok\n", type: "text/plain; charset=utf-8" }),
  }),
  route({
    method: "get",
    path: "/readyz",
    role: "anyone",
    answer: async ({ whyNotReady }) => {
      const why = await whyNotReady();
      return why === undefined
        ? { text: "ok\n", type: "text/plain; charset=utf-8" }
        : { status: 503, json: { why } };
    },
  }),
  route({
    method: "get",
    path: "/metrics",
    role: "viewer",
    answer: async ({ metrics, control }) => await metrics.render(await control.applications()),
  }),
];
