import { z } from "zod";
import { duration } from "../adapters/duration/duration.ts";
import { secretRef } from "../adapters/schema/secret-ref.ts";

const httpUrl = z.url({ protocol: /^https?$/ });
const byCluster = z.record(z.string(), z.string());
const address = z.string().min(1);

export const dnsRegistry = z.discriminatedUnion("driver", [
  z.strictObject({
    driver: z.literal("rfc2136"),
    zone: z.string().min(1),
    record: z.string().min(1),
    ttl: duration,
    servers: z.array(address).min(1),
    tsig: z.strictObject({
      name: z.string().min(1),
      algorithm: z.literal("hmac-sha256"),
      secretRef,
    }),
  }),
]);

export const notifyRegistry = z.discriminatedUnion("notifier", [
  z.strictObject({ notifier: z.literal("log") }),
  z.strictObject({ notifier: z.literal("webhook"), url: httpUrl, secretRef: secretRef.optional() }),
]);

const layer = z.enum(["api", "nodes", "public", "workload", "data"]);

export const probeRegistry = z.discriminatedUnion("probe", [
  z.strictObject({ probe: z.literal("kubernetes") }),
  z.strictObject({ probe: z.literal("deployment"), workload: z.string() }),
  z.strictObject({
    probe: z.literal("http"),
    layer,
    path: z.string().startsWith("/"),
    expect: z.strictObject({ status: z.int().default(200), body: z.string().optional() }),
  }),
  z.strictObject({ probe: z.literal("tcp"), layer, addresses: byCluster }),
]);
