import type { HoldRequest } from "../../src/sandbox/hold.ts";

/** Which call the panel holds. */
export type HoldPlace = Partial<Omit<HoldRequest, "when">> & Pick<HoldRequest, "part">;

/** One call of the failover. */
export interface KillCall {
  /** Unique. */
  readonly name: string;
  /** Does it change something? */
  readonly isWrite: boolean;
  readonly place: HoldPlace;
  /** Counted from when this write had its effect: what comes before is not meant. */
  readonly since?: HoldPlace;
}

/** Where the right to act is kept. */
export const LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/greenlight-shop";
const WORKLOAD = "/apis/apps/v1/namespaces/default/deployments";
const SCALERS = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
const WAY = "/api/v1/namespaces/default/services/shop";
/** Where serve itself asks from; its vantages have addresses of their own. */
export const SERVE = "127.0.0.1";
const EAST = "127.0.0.11";

const api = (verb: string, path: string, skip = 0): HoldPlace => {
  return { part: "api", cluster: "green", verb, path, skip, from: SERVE };
};
const store = (verb: string, path: string, skip = 0): HoldPlace => {
  return { part: "store", cluster: "green", verb, path, skip, from: SERVE };
};
const zone = (verb: string, name: string, skip = 0): HoldPlace => {
  return { part: "dns", verb, pattern: `^${name.replaceAll(".", "\\.")}$`, skip, from: SERVE };
};

const ACQUIRE = api("PATCH", LEASE);
const SCALE = api("PATCH", WORKLOAD);
const OPEN = api("PATCH", WAY);
const PROMOTE = store("PUT", "/role");
const POINT = zone("update", "sandbox.test");
const RECORD = "shop.sandbox.test";
const PAIR = `_greenlight.${RECORD}`;

type Making = (name: string, place: HoldPlace, since?: HoldPlace) => KillCall;
const write: Making = (name, place, since) => {
  return { name, isWrite: true, place, ...(since && { since }) };
};
const read: Making = (...call) => ({ ...write(...call), isWrite: false });

/**
 * Every call that a failover to green makes there and to the name server, in its order. What the
 * survey and the renewal of each second do too is counted from a write before it: where one of these
 * comes between, it is held in its stead, at the same moment.
 */
export const CALLS: readonly KillCall[] = [
  read("the lease, on suspicion", api("GET", LEASE)),
  read("the store, on suspicion", store("GET", "/status")),
  read("the workload, on suspicion", api("GET", WORKLOAD)),
  read("its autoscalers, on suspicion", api("GET", SCALERS)),
  read("the lease, to acquire it", api("GET", LEASE, 1)),
  write("the lease is acquired", ACQUIRE),
  read("the workload, before", api("GET", WORKLOAD, 1), ACQUIRE),
  read("the workload, to scale it", api("GET", WORKLOAD, 2), ACQUIRE),
  read("its autoscalers, before", api("GET", SCALERS, 1), ACQUIRE),
  read("its autoscalers, to scale it", api("GET", SCALERS, 2), ACQUIRE),
  read("the way in, before", api("GET", WAY), ACQUIRE),
  read("the way in, to open it", api("GET", WAY, 1), ACQUIRE),
  write("the way in is opened", OPEN),
  read("the way in, opened", api("GET", WAY), OPEN),
  read("the store, for the loss bound", store("GET", "/status", 1), ACQUIRE),
  write("the workload is scaled", SCALE),
  read("the workload, scaled", api("GET", `${WORKLOAD}/`), SCALE),
  read("its autoscalers, scaled", api("GET", SCALERS), SCALE),
  // Not counted from the scaling: while that is held its pods come, and nothing is left to wait for.
  read("the workload, listed", api("GET", `${WORKLOAD}?`)),
  read("the workload, watched", { ...api("GET", ""), pattern: "deployments.*watch=true" }),
  read("the store, before", store("GET", "/status", 1), SCALE),
  write("the store is promoted", PROMOTE),
  read("the store, promoted", store("GET", "/status"), PROMOTE),
  read("the lease, before", api("GET", LEASE), PROMOTE),
  read("the lease, to name the primary", api("GET", LEASE, 1), PROMOTE),
  write("the primary is named", api("PATCH", LEASE), PROMOTE),
  read("the lease, named", api("GET", LEASE, 2), PROMOTE),
  read("the record, before", zone("query", RECORD)),
  read("the record's pair, before", zone("query", PAIR)),
  read("the zone, before", zone("query", "sandbox.test")),
  read("the record, to point it", zone("query", RECORD, 1)),
  read("the record's pair, to point it", zone("query", PAIR, 1)),
  write("the name is pointed", POINT),
  read("the record, pointed", zone("query", RECORD, 2)),
  read("the record's pair, pointed", zone("query", PAIR, 2)),
  read("the zone, pointed", zone("query", "sandbox.test", 1)),
  read("the name, by a visitor", zone("query", RECORD, 3)),
  read("the shop, by a visitor", { part: "shop", cluster: "green", from: EAST }, POINT),
  read("the lease, to release it", api("GET", LEASE), POINT),
  write("the lease is released", api("PATCH", LEASE), POINT),
];

const CLOSED: HoldPlace = { ...OPEN, skip: 1 };
const UNSCALED: HoldPlace = { ...SCALE, skip: 1 };

/** Every call that a drill makes on green, in its order; read like `CALLS`. */
export const DRILL_CALLS: readonly KillCall[] = [
  read("the lease, on request", api("GET", LEASE)),
  read("the store, on request", store("GET", "/status")),
  read("the workload, on request", api("GET", WORKLOAD)),
  read("the lease, to acquire it", api("GET", LEASE, 1)),
  write("the lease is acquired", ACQUIRE),
  read("the store, for its readiness", store("GET", "/status", 1), ACQUIRE),
  read("the workload, before", api("GET", WORKLOAD, 1), ACQUIRE),
  read("its autoscaler, before", api("GET", SCALERS, 1), ACQUIRE),
  read("the way in, before", api("GET", WAY), ACQUIRE),
  write("the workload is scaled", SCALE),
  read("the way in, to open it", api("GET", WAY, 1), ACQUIRE),
  write("the way in is opened", OPEN),
  read("the way in, opened", api("GET", WAY), OPEN),
  read("the workload, scaled", api("GET", `${WORKLOAD}/`), SCALE),
  read("the workload, listed", api("GET", `${WORKLOAD}?`)),
  read("the shop, by a visitor", { part: "shop", cluster: "green", from: EAST }, SCALE),
  read("the way in, to put it back", api("GET", WAY, 1), OPEN),
  write("the way in is put back", { ...OPEN, skip: 0 }, OPEN),
  read("the way in, put back", api("GET", WAY), CLOSED),
  read("the workload, to put it back", api("GET", WORKLOAD), CLOSED),
  write("the workload is put back", { ...SCALE, skip: 0 }, SCALE),
  read("the workload, put back", api("GET", WORKLOAD), UNSCALED),
  read("the lease, to release it", api("GET", LEASE), UNSCALED),
  write("the lease is released", api("PATCH", LEASE), UNSCALED),
];
