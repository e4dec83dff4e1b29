import { z } from "zod";
import type { DnsClient } from "../../adapters/dns-message/client.ts";
import { endpoint } from "../../adapters/dns-message/endpoint.ts";
import { duration } from "../../adapters/duration/duration.ts";
import type { OpenRoute53 } from "../../adapters/route53/route53.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/** A week. */
const MAX_TTL_SECONDS = 604_800;

/**
 * What is wanted of a public name, whoever answers for it. It is never nothing. `ttl` is in whole
 * seconds; without it the configured one is written, and whatever is there will do.
 */
export const dnsSchema = z.strictObject({
  address: z.ipv4(),
  ttl: z.int().min(0).max(MAX_TTL_SECONDS).optional(),
});

export type Dns = z.infer<typeof dnsSchema>;

export const domainName = z
  .string()
  .max(240)
  .regex(/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/, "must be a domain name in lower case");

const wholeSeconds = duration.refine(
  // An answer that nobody may keep would send each question of each user to the name servers.
  (ms) => ms >= 1000 && ms % 1000 === 0 && ms <= MAX_TTL_SECONDS * 1000,
  "must be whole seconds, and one at least",
);

/** For how long a step may take that changes it: until all of `servers` answer it. */
export function stepTimeout(usual: string) {
  return duration
    .refine((ms) => ms > 0, "must be longer than nothing")
    .prefault(usual)
    .meta({ description: "For a step that changes it, until all of `servers` answer so." });
}

/** What every driver's configuration says of its record, beside its `stepTimeout`. */
export const publicName = {
  zone: domainName,
  record: domainName,
  ttl: wholeSeconds,
  /** While a planned move is under way: whoever asks then soon asks again. */
  moveTtl: wholeSeconds.prefault("1s"),
  /** All are asked whether they answer as they should. Visitors resolve the name at the first. */
  servers: z.array(endpoint).min(1).max(20),
};

/** What every driver of this kind may use. */
export interface DnsTools {
  readonly dns: DnsClient;
  readonly clock: Clock;
  readonly route53: OpenRoute53;
  /** What a `secretRef` stands for. */
  readonly secret: (ref: string) => string;
}
