import type { MemoryCluster } from "../../fakes/memory-cluster.ts";
import type { MemoryLeases } from "../../fakes/memory-leases.ts";
import type { MemoryStore } from "../../fakes/memory-store.ts";

export const SITES = ["blue", "green"] as const;
export type SiteName = (typeof SITES)[number];
export const PARTS = ["api", "shop", "store"] as const;
export type Part = (typeof PARTS)[number];
export const VANTAGES = ["east", "west", "north"] as const;
export const REPLICAS = 3;
export const ADDRESSES = { blue: "127.0.0.2", green: "127.0.0.3" } as const;

/** One cluster with the application's parts in it. */
export interface Site {
  readonly kubernetes: MemoryCluster;
  readonly leases: MemoryLeases;
  readonly store: MemoryStore;
  readonly states: Record<Part, "up" | "dead" | "hung">;
}

export const WORKLOAD = { name: "shop" } as const;
export const WAY = { name: "shop", kind: "Service" } as const;
