import { z } from "zod";
import { IN_CLUSTER } from "../adapters/kubernetes/in-cluster.ts";
import { hostPort } from "../adapters/schema/host-port.ts";
import { secretRef } from "../adapters/schema/secret-ref.ts";
import { DECISION } from "../engine/logbook.ts";
import { ip } from "./config-address.ts";
import { applicationSchema } from "./config-application.ts";
import { drillSchema } from "./config-drill.ts";
import { name, notifierSchema } from "./config-driver.ts";
import { busSchema, queueSchema, storageSchema } from "./config-storage.ts";

const token = z.strictObject({
  owner: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]+$/u, "must be one line of text")
    .refine((owner) => !isReserved(owner), {
      error: "is how the journal names what nobody asked for: no person may be called that",
    }),
  role: z.enum(["viewer", "operator", "approver", "admin"]),
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, "must be a line of `greenlight token create`: sha256:...")
    .meta({ description: "As `greenlight token create` prints it; the token is kept nowhere." }),
});

/** By which Greenlight itself opens operations. */
function isReserved(owner: string): boolean {
  return owner === DECISION || owner.startsWith("schedule ");
}

const api = z.strictObject({
  host: ip.default("127.0.0.1"),
  port: z.int().min(0).max(65535).default(8460).meta({ description: "0: any free one." }),
  tokens: z.array(token).max(100).default([]),
});

const audit = z.strictObject({
  signingKey: z.strictObject({ secretRef }).meta({
    description:
      "An Ed25519 private key as PKCS#8 in PEM, which checkpoints are signed with. Without it, one of the data directory's own.",
  }),
});

const log = z.strictObject({
  level: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
  format: z.enum(["json", "pretty"]).default("json"),
});

const vantage = z.strictObject({
  name,
  failureDomain: z.string().min(1).max(63).meta({
    description: "What fails with it. In `serve` all vantages share one, whatever they say.",
  }),
  localAddress: ip.optional().meta({ description: "The address that its probes come from." }),
});

const control = z
  .strictObject({
    targets: z
      .array(
        z
          .strictObject({
            name,
            tcp: hostPort.optional(),
            http: z.url({ protocol: /^http$/, error: "must be an http URL" }).optional(),
          })
          .refine(
            ({ tcp, http }) => (tcp === undefined) !== (http === undefined),
            "must have either tcp or http",
          ),
      )
      .min(2)
      .max(10),
  })
  .meta({
    description:
      "An observer that can't reach any of these abstains. `tcp` asks for a connection, which a process that hangs still grants; `http` asks for an answer.",
  });

const cluster = z
  .strictObject({
    name,
    kubeconfig: z.string().min(1).meta({
      description:
        "A file, from the config's directory; or `in-cluster`, for the cluster that this process runs in, by its own ServiceAccount.",
    }),
    context: z.string().min(1).optional().meta({ description: "Not with `in-cluster`." }),
  })
  .refine(({ kubeconfig, context }) => (kubeconfig === IN_CLUSTER) === (context === undefined), {
    path: ["context"],
    error: "is for a file, and in-cluster is none",
  });

/** greenlight.yaml, as people write it. */
export const configSchema = z
  .strictObject({
    storage: storageSchema,
    queue: queueSchema.optional(),
    bus: busSchema.optional(),
    audit: audit.optional(),
    api: api.prefault({}),
    log: log.prefault({}),
    runbooks: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "A directory with runbooks of your own." }),
    vantages: z.array(vantage).min(1).max(20),
    control,
    clusters: z.array(cluster).min(2).max(20),
    notifiers: z.array(notifierSchema).max(20).default([]),
    applications: z.array(applicationSchema).min(1).max(100),
    drills: z
      .array(drillSchema)
      .max(100)
      .default([])
      .meta({ description: "Rehearsals by the calendar. Of two due at once the first here goes." }),
  })
  .meta({ title: "The configuration of Greenlight" });

export type ConfigInput = z.input<typeof configSchema>;
export type ConfigOutput = z.output<typeof configSchema>;
