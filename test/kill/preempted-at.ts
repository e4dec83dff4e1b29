import type { HoldPlace } from "./call.ts";
import { SERVE } from "./call.ts";
import type { PreemptedAt } from "./run-preempted.ts";

const green = (part: "api" | "store", verb: string, path: string, skip = 0): HoldPlace => {
  return { part, cluster: "green", verb, path, skip, from: SERVE };
};
const WORKLOAD = "/apis/apps/v1/namespaces/default/deployments/shop";
const WAY = "/api/v1/namespaces/default/services/shop";

/** Each step of a drill, and each that is taken back at its end. */
export const PREEMPTED_AT: readonly PreemptedAt[] = [
  // What is read before a decision asks the store, too: no more than the one call may go without.
  { name: "data.check", place: green("store", "GET", "/status", 1), times: 1 },
  { name: "scale", place: green("api", "PATCH", WORKLOAD) },
  { name: "open", place: green("api", "PATCH", WAY) },
  {
    name: "verify",
    place: { part: "shop", cluster: "green", from: "127.0.0.11" },
  },
  { name: "the undo of open", place: green("api", "PATCH", WAY, 1) },
  { name: "the undo of scale", place: green("api", "PATCH", WORKLOAD, 1) },
];
