import { z } from "zod";
import { hostPort } from "../adapters/schema/host-port.ts";
import { secretRef } from "../adapters/schema/secret-ref.ts";

const identifier = z.string().min(1).max(63);

/** The journal: in this process's own directory, or on a server that several processes share. */
export const storageSchema = z.discriminatedUnion("driver", [
  z.strictObject({
    driver: z.literal("embedded"),
    directory: z.string().min(1).meta({ description: "One `serve` at a time uses it." }),
  }),
  z.strictObject({
    driver: z.literal("postgres"),
    host: hostPort.meta({ description: "host:port of a PostgreSQL >= 14." }),
    database: identifier,
    user: identifier,
    secretRef: secretRef.optional().meta({ description: "The password." }),
    tls: z.enum(["verify", "off"]).default("verify").meta({
      description: "verify: the certificate must be good for the host. off: nothing is encrypted.",
    }),
    spool: z.string().min(1).meta({
      description:
        "A directory of a pipeline worker's own, for what the database can't take; `--spool` names another for a second worker on the same machine.",
    }),
  }),
]);

const access = {
  user: identifier.optional(),
  secretRef: secretRef
    .optional()
    .meta({ description: "The password. Needed where it is not on loopback." }),
  tls: z.enum(["verify", "off"]).default("off"),
};

const MODES = {
  standalone: { mode: z.literal("standalone"), address: hostPort },
  sentinel: {
    mode: z.literal("sentinel"),
    sentinels: z.array(hostPort).min(1).max(20),
    name: z.string().min(1).max(100).meta({ description: "What the sentinels call it." }),
    sentinelSecretRef: secretRef.optional().meta({ description: "The sentinels' own password." }),
  },
  cluster: {
    mode: z.literal("cluster"),
    nodes: z.array(hostPort).min(1).max(50).meta({ description: "Some of its nodes." }),
  },
};

const redisSchema = z.discriminatedUnion("mode", [
  z.strictObject({ ...MODES.standalone, ...access }),
  z.strictObject({ ...MODES.sentinel, ...access }),
  z.strictObject({ ...MODES.cluster, ...access }),
]);

export type RedisWay = z.output<typeof redisSchema>;

const redisQueue = { driver: z.literal("redis"), ...access };
/** Sealed with by whoever has it, and opened. */
const sealing = (what: string) => ({
  secretRef: secretRef.meta({
    description: `At least 16 bytes that only workers know: ${what} are sealed with it, and others refused.`,
  }),
  acceptedSecretRef: secretRef.optional().meta({
    description:
      "A second key, that opens as well and seals nothing, for while the key is changed: first the new one here in every process, then the new one above and the old one here, then none here.",
  }),
});
const key = z.strictObject(sealing("jobs"));

/** Which worker runs which attempt of a step. */
export const queueSchema = z.discriminatedUnion("driver", [
  z.discriminatedUnion("mode", [
    z.strictObject({ ...redisQueue, ...MODES.standalone, key }),
    z.strictObject({ ...redisQueue, ...MODES.sentinel, key }),
    z.strictObject({ ...redisQueue, ...MODES.cluster, key }),
  ]),
  z.strictObject({ driver: z.literal("postgres"), key }).meta({
    description: "In the storage's database.",
  }),
]);

/** How observations get from the vantages to whoever judges them. */
export const busSchema = z.strictObject({
  driver: z.literal("redis"),
  redis: redisSchema.optional().meta({ description: "One of its own. Without it, the queue's." }),
  listeners: z
    .array(
      z
        .url({ protocol: /^https?$/, error: "must be an http URL" })
        .refine((url) => new URL(url).pathname === "/", "must have no path"),
    )
    .min(1)
    .max(20)
    .meta({ description: "Every pipeline worker's, for while the Redis is away." }),
  ...sealing("signals"),
});
