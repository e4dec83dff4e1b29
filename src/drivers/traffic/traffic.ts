import { z } from "zod";
import type { Cluster } from "../../engine/ports/cluster.ts";

/** What is wanted of the way in that one cluster has: does it lead to the application's pods? */
export const trafficSchema = z.strictObject({ serves: z.boolean() });

export type Traffic = z.infer<typeof trafficSchema>;

/** What every driver of this kind may use. */
export interface TrafficTools {
  readonly cluster: Cluster;
}
