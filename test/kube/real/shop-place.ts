import { z } from "zod";

/** What the process of a shop is told, in a file. */
export const shopPlaceSchema = z.strictObject({
  cluster: z.enum(["blue", "green"]),
  /** Its own cluster's API server, and who it is there. */
  server: z.string(),
  certificateAuthority: z.string(),
  token: z.string(),
  namespace: z.string(),
  port: z.int(),
  /** `host:port` of PostgreSQL, its own cluster's first. */
  stores: z.array(z.string()),
});

export type ShopPlace = z.output<typeof shopPlaceSchema>;
