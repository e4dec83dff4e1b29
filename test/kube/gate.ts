import type { Cluster } from "../../src/engine/ports/cluster.ts";
import type { Leases } from "../../src/engine/ports/lease.ts";

/** What comes between a port and whoever calls it; a test sets it. */
export interface Gate {
  /** Called with each call before it is made. A watch is none. */
  before: (verb: "read" | "write") => Promise<void>;
  /** How many writes succeeded. */
  writes: number;
}

export function createGate(): Gate {
  return { before: async () => undefined, writes: 0 };
}

/** The same cluster, behind that gate. */
export function gateCluster(cluster: Cluster, gate: Gate): Cluster {
  return {
    read: (...about) => reading(gate, () => cluster.read(...about)),
    list: (...about) => reading(gate, () => cluster.list(...about)),
    whyNotReady: (signal) => reading(gate, () => cluster.whyNotReady(signal)),
    patch: (...about) => writing(gate, () => cluster.patch(...about)),
    apply: (...about) => writing(gate, () => cluster.apply(...about)),
    watch: (...about) => cluster.watch(...about),
  };
}

/** The same Leases, behind that gate. */
export function gateLeases(leases: Leases, gate: Gate): Leases {
  return {
    read: (...about) => reading(gate, () => leases.read(...about)),
    swap: (...about) => writing(gate, () => leases.swap(...about)),
  };
}

async function reading<T>(gate: Gate, call: () => Promise<T>): Promise<T> {
  await gate.before("read");
  return await call();
}

async function writing<T>(gate: Gate, call: () => Promise<T>): Promise<T> {
  await gate.before("write");
  const result = await call();
  gate.writes += 1;
  return result;
}
