import { z } from "zod";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Leases } from "../../engine/ports/lease.ts";

/** What is wanted of the Leases of an application: which cluster they name as primary. */
export const leaseSchema = z.strictObject({ primary: z.string().min(1) });

export type Lease = z.infer<typeof leaseSchema>;

/** What every driver of this kind may use. */
export interface LeaseTools {
  readonly application: string;
  /** Of each of the application's clusters, by name. */
  readonly clusters: Readonly<Record<string, Leases>>;
  /** The cluster whose Lease must accept: the one that the operation holds its authority from. */
  readonly decisive: string;
  readonly clock: Clock;
}
