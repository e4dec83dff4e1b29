import { z } from "zod";
import { hostPort } from "../adapters/schema/host-port.ts";
import { secretRef } from "../adapters/schema/secret-ref.ts";

const identifier = z.string().min(1).max(63);
const secret = z.strictObject({ secretRef });

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
const key = secret.meta({
  description:
    "At least 16 bytes that only workers know: jobs are sealed with it, and others refused.",
});

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
  secretRef: secretRef.meta({
    description:
      "At least 16 bytes that only workers know: signals are sealed with it, and others refused.",
  }),
});
