import { z } from "zod";
import type { DnsClient } from "../../adapters/dns-message/client.ts";

/** A week. */
export const MAX_TTL_SECONDS = 604_800;

/**
 * What is wanted of a public name, whoever answers for it. It is never nothing. `ttl` is in whole
 * seconds; without it the configured one is written, and whatever is there will do.
 */
export const dnsSchema = z.strictObject({
  address: z.ipv4(),
  ttl: z.int().min(0).max(MAX_TTL_SECONDS).optional(),
});

export type Dns = z.infer<typeof dnsSchema>;

/** What every driver of this kind may use. */
export interface DnsTools {
  readonly dns: DnsClient;
  /** What a `secretRef` stands for. */
  readonly secret: (ref: string) => string;
}
