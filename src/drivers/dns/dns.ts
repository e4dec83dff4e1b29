import { z } from "zod";
import type { DnsClient } from "../../adapters/dns-message/client.ts";

/** What is wanted of a public name, whoever answers for it. It is never nothing. */
export const dnsSchema = z.strictObject({ address: z.ipv4() });

export type Dns = z.infer<typeof dnsSchema>;

/** What every driver of this kind may use. */
export interface DnsTools {
  readonly dns: DnsClient;
  /** What a `secretRef` stands for. */
  readonly secret: (ref: string) => string;
}
