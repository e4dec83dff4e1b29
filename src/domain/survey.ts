import type { DataStatus } from "./data-status.ts";
import type { Fence } from "./fence.ts";

/** What one round of reading found; what could not be read is absent, with the reason beside it. */
export interface Survey {
  /** When the round began; wall clock, in ms since 1970. */
  readonly at: number;
  /** By cluster. null: it answered, and there is no Lease. */
  readonly leases: Readonly<Record<string, Found<SeenLease | null>>>;
  /** By cluster, then workload. */
  readonly workloads: Readonly<Record<string, Readonly<Record<string, Found<SeenWorkload>>>>>;
  /** By store, then cluster. */
  readonly stores: Readonly<Record<string, Readonly<Record<string, Found<DataStatus>>>>>;
}

export type Found<T> = { readonly found: T } | { readonly missing: string };

export type SeenLease = Fence & { readonly primary: string; readonly operation?: string };

export interface SeenWorkload {
  readonly replicas: number;
  readonly available: number;
  /** Of its pod template, in the template's order. */
  readonly images: readonly string[];
}

/** Nothing was read yet. */
export const NO_SURVEY: Survey = { at: 0, leases: {}, workloads: {}, stores: {} };
