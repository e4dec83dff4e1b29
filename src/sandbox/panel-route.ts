import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Clock } from "../engine/ports/clock.ts";
import type { CallLog } from "./call-log.ts";
import { FAULT_KINDS, type Faults, faultSchema, PARTS, SHARED_PARTS } from "./faults.ts";
import { holdSchema } from "./hold.ts";
import type { Holds } from "./holds.ts";
import { goneOf, type Reply, whyWrong, withBody } from "./json-http.ts";

/** What the panel shows and changes. */
export interface PanelWorld {
  readonly faults: Faults;
  readonly holds: Holds;
  readonly calls: CallLog;
  readonly clock: Clock;
  /** The names of the clusters. */
  readonly clusters: readonly string[];
  readonly setStore: (change: StoreChange) => void;
  readonly setWorkload: (change: WorkloadChange) => void;
  readonly setRoute53: (change: Route53Change) => void;
}

const storeSchema = z.strictObject({
  cluster: z.string(),
  /** As a standby: how far behind its primary it follows. */
  lagMs: z.int().min(0).max(3_600_000).optional(),
  /** As a primary: silent, it writes none. */
  heartbeat: z.enum(["on", "silent"]).optional(),
});

const workloadSchema = z.strictObject({
  cluster: z.string(),
  /** From a changed spec to available pods. */
  startupDelayMs: z.int().min(0).max(600_000),
});

const route53Schema = z.strictObject({
  /** How long changes from now on are `PENDING`, and unknown to the name server. */
  pendingMs: z.int().min(0).max(600_000).optional(),
  /** So many of the next calls are answered `Throttling`. */
  throttled: z.int().min(0).max(1_000).optional(),
  /** So many of the next batches are answered `PriorRequestNotComplete`. */
  prior: z.int().min(0).max(1_000).optional(),
});

export type Route53Change = z.output<typeof route53Schema>;
export type StoreChange = z.output<typeof storeSchema>;
export type WorkloadChange = z.output<typeof workloadSchema>;

export async function routePanel(
  request: IncomingMessage,
  response: ServerResponse,
  world: PanelWorld,
): Promise<Reply> {
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://panel");
  const [, collection = "", id] = pathname.split("/");
  const route = `${request.method} /${collection}${id === undefined ? "" : "/ID"}`;
  const handle = ROUTES[route];
  if (!handle)
    return { status: 404, json: { error: "no such route", routes: Object.keys(ROUTES) } };
  return await handle({ request, response, world, query, id: id ?? "" });
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly world: PanelWorld;
  readonly query: URLSearchParams;
  readonly id: string;
}

const ROUTES: Readonly<Record<string, (asked: Asked) => Promise<Reply>>> = {
  "GET /": async ({ world: { clusters, faults, holds } }) => {
    const state = { faults: faults.list(), holds: holds.list() };
    return ok({ parts: PARTS, kinds: FAULT_KINDS, clusters, ...state });
  },
  "GET /calls": async ({ world, query }) =>
    ok({ calls: world.calls.after(Number(query.get("after") ?? 0)) }),
  "POST /faults": ({ request, world }) =>
    withBody(request, faultSchema, async (fault) => {
      const why = whyNotPlace(fault, world);
      return why ? whyWrong(why) : ok({ id: await world.faults.add(fault), ...fault });
    }),
  "DELETE /faults": async ({ world }) => ok({ healed: await world.faults.remove() }),
  "DELETE /faults/ID": async ({ world, id }) =>
    found((await world.faults.remove(id)) ? { healed: true } : undefined, id),
  "GET /holds": async ({ world }) => ok({ holds: world.holds.list() }),
  "POST /holds": ({ request, world }) =>
    withBody(request, holdSchema, (hold) => {
      const why = whyNotPlace(hold, world);
      return why ? whyWrong(why) : ok(world.holds.add(hold));
    }),
  "GET /holds/ID": async ({ world, id, query, response }) => {
    if (query.get("wait") !== "true") return found(world.holds.find(id), id);
    const enough = AbortSignal.any([goneOf(response), world.clock.timeout(MAX_WAIT_MS)]);
    return found(await world.holds.untilHeld(id, enough), id);
  },
  "DELETE /holds/ID": async ({ world, id, query }) => {
    const release = query.get("release") ?? "pass";
    if (release !== "pass" && release !== "drop") return whyWrong("release is pass or drop");
    return found(world.holds.release(id, release), id);
  },
  "POST /store": ({ request, world }) =>
    withBody(request, storeSchema, (change) => settle(change, world, world.setStore)),
  "POST /workload": ({ request, world }) =>
    withBody(request, workloadSchema, (change) => settle(change, world, world.setWorkload)),
  "POST /route53": ({ request, world }) =>
    withBody(request, route53Schema, (change) => {
      world.setRoute53(change);
      return ok(change);
    }),
};

/** Then the answer is the state as it is, and who waits asks again. */
const MAX_WAIT_MS = 60_000;

function settle<C extends { readonly cluster: string }>(
  change: C,
  world: PanelWorld,
  set: (change: C) => void,
): Reply {
  const why = whyNotPlace(change, world);
  if (why) return whyWrong(why);
  set(change);
  return ok(change);
}

/** A fault at a place that does not exist would be a fault that nobody ever sees. */
function whyNotPlace(
  { part, cluster }: { readonly part?: string; readonly cluster?: string | undefined },
  { clusters }: PanelWorld,
): string | undefined {
  if (cluster === undefined) return undefined;
  if (!clusters.includes(cluster)) return `no cluster ${cluster}: ${clusters.join(", ")}`;
  return part && SHARED_PARTS.includes(part) ? `${part} belongs to no cluster` : undefined;
}

function ok(json: unknown): Reply {
  return { status: 200, json };
}

function found(thing: unknown, id: string): Reply {
  return thing === undefined ? { status: 404, json: { error: `no ${id}` } } : ok(thing);
}
