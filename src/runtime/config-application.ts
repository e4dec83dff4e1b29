import { z } from "zod";
import { duration } from "../adapters/duration/duration.ts";
import type { VerdictKind } from "../domain/verdict-kind.ts";
import { ip } from "./config-address.ts";
import { DEFAULT_APPROVALS } from "./config-approval-check.ts";
import {
  dataSchema,
  dnsSchema,
  name,
  probeSchema,
  trafficSchema,
  workloadSchema,
} from "./config-driver.ts";
import { probingSchema } from "./config-probing.ts";

/** The verdicts that can be a reason to move: with the others users are served, or we can't tell. */
const MOVING = ["site-loss", "ingress", "workload", "data"] as const satisfies VerdictKind[];

const accepted = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, "must be one line of text")
  .meta({ description: "Who accepts the risk, by name: it is in the journal and the report." });

const positive = duration.refine((ms) => ms > 0, "must be longer than nothing");

const publicPath = z.strictObject({
  host: z.hostname().meta({ description: "The public name, which probes send as Host." }),
  port: z.int().min(1).max(65535),
  addresses: z
    .record(z.string(), ip)
    .meta({ description: "Of each of its clusters: probes ask the cluster's own." }),
});

const policy = z.strictObject({
  moveOn: z
    .array(z.enum(MOVING))
    .max(MOVING.length)
    .meta({ description: "The verdicts that may move it without a human; empty: none." }),
  quorum: z
    .int()
    .min(1)
    .meta({ description: "Vantages that must agree on a failure. 1 only with `quorumOfOne`." }),
  cooldown: duration.prefault("10m").meta({
    description: "No automatic move within this time of the last one, unless it is acknowledged.",
  }),
  stabilisation: duration.prefault("5m").meta({
    description: "A cluster must have been well for so long before a planned move goes there.",
  }),
  commitWindow: duration.prefault("10m").meta({
    description: "For so long after a planned move one command takes it back.",
  }),
  approvals: z
    .record(
      z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, "must be a kind"),
      z.int().min(1).max(2),
    )
    .default(DEFAULT_APPROVALS)
    .meta({
      description:
        "By kind: how many people must agree, whoever asks among them. 1: nobody else is asked. A planned move home by a kind that is not named takes as many as the kinds that only go home.",
    }),
  fencing: z
    .discriminatedUnion("unreachable", [
      z.strictObject({ unreachable: z.literal("refuse") }),
      z.strictObject({ unreachable: z.literal("owe"), acceptedBy: accepted }),
    ])
    .meta({ description: "When the failed primary can't be fenced: stay, or move and owe it." }),
  fewFailureDomains: z
    .strictObject({ acceptedBy: accepted })
    .optional()
    .meta({ description: "Lets it move on vantages of fewer than three failure domains." }),
  quorumOfOne: z
    .strictObject({ acceptedBy: accepted })
    .optional()
    .meta({ description: "Lets `quorum` be 1: what one vantage alone sees may move it." }),
});

export const applicationSchema = z.strictObject({
  name,
  home: z.string().meta({ description: "The cluster where it belongs when all is well." }),
  standby: z.string().meta({ description: "The cluster that takes over." }),
  objectives: z.strictObject({ rto: positive, rpo: duration }),
  public: publicPath,
  probing: probingSchema,
  probes: z.array(probeSchema).min(1).max(50),
  workloads: z.array(workloadSchema).max(50).default([]),
  data: z.array(dataSchema).max(20).default([]),
  dns: z.array(dnsSchema).max(20).default([]),
  traffic: z
    .array(trafficSchema)
    .max(20)
    .default([])
    .meta({ description: "The ways in that each of its clusters has: a quarantine closes them." }),
  policy,
});
