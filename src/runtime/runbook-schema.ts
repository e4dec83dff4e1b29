import { z } from "zod";
import { duration } from "../adapters/duration/duration.ts";
import type { RequirementName } from "../domain/runbook.ts";

const USES = [
  "scale",
  "data",
  "dns",
  "traffic",
  "lease",
  "gate/loss-bound",
  "gate/public-path",
  "gate/own-path",
  "gate/caught-up",
  "gate/data-ready",
] as const;

const REQUIREMENTS = [
  "primary-healthy",
  "stable",
  "synchronised",
  "parity",
  "debt",
] as const satisfies RequirementName[];

/** `${name}`: bound when the plan is made. */
const template = z
  .string()
  .regex(/^(\$\{[\w.]+\}|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$/, "must be a name or a template");

const kind = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, "must be lower case words joined by -");

/** Not a union: of that nobody could say what is wrong. */
const durationOrTemplate = z
  .string()
  .regex(/^(\d{1,8}(ms|s|m|h|d)|\$\{[\w.]+\})$/, "must be a duration, as in 30s, or a template")
  .transform((text) => (text.startsWith("$") ? text : duration.parse(text)));

const step = z.strictObject({
  id: z
    .string()
    .max(40)
    .regex(/^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/, "must be lower case words joined by - or .")
    .meta({ description: "Unique in its runbook." }),
  uses: z
    .enum(USES)
    .meta({ description: "The kind of driver that changes it, or a gate that asks." }),
  each: z
    .enum(["workloads", "data", "dns", "traffic"])
    .optional()
    .meta({ description: "One step for each of these of the application; binds each.NAME." }),
  cluster: template.optional().meta({ description: "A cluster, or the template that names it." }),
  desired: z
    .record(z.string(), z.json())
    .meta({ description: "The whole state that is wanted, never a change." }),
  needs: z
    .array(z.string())
    .default([])
    .meta({ description: "Starts when all of these have reached their state." }),
  timeout: durationOrTemplate
    .refine((time) => typeof time === "string" || time > 0, "must be longer than nothing")
    .meta({ description: "Bounds each attempt, from its first look to its result." }),
  retries: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: "Failed calls that one attempt survives; without it, as many as fit." }),
  onFailure: z
    .string()
    .regex(/^(undo|hold|continue|\$\{[\w.]+\})$/, "must be undo, hold, continue or a template")
    .meta({ description: "undo: take back what was done. hold: page a human. continue: go on." }),
  irreversible: z
    .literal(true)
    .optional()
    .meta({ description: "The point of no return: from its intent on, a failure holds." }),
  owes: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .meta({ description: "The debt that its failure leaves where the operation goes on." }),
});

const commit = z
  .strictObject({
    window: durationOrTemplate.meta({ description: "From its success on." }),
    back: kind.meta({ description: "The kind that takes it back, without asking anew." }),
    next: kind.optional().meta({ description: "The kind that is opened once it is over." }),
  })
  .meta({ description: "For how long one command takes it back after it succeeded." });

/** A file of runbooks/, as people write it. */
export const runbookSchema = z
  .strictObject({
    kind: kind.meta({ description: "What an operation made from it is called." }),
    title: z.string().min(1).max(120).meta({ description: "One line for people." }),
    ends: z
      .enum(["keep", "restore"])
      .meta({ description: "keep what was done, or take it back on success too." }),
    to: z
      .literal("home")
      .optional()
      .meta({ description: "Only there. Without it: to the cluster that is not primary." }),
    requires: z
      .array(z.enum(REQUIREMENTS))
      .max(REQUIREMENTS.length)
      .optional()
      .meta({ description: "What must hold when a person asks, beside the guards." }),
    leases: z.literal("all").optional().meta({
      description: "Every cluster's Lease must take the epoch; without it the destination's.",
    }),
    commit: commit.optional(),
    stepsOf: kind.optional().meta({ description: "The kind that has the same steps." }),
    steps: z
      .array(step)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Either these or stepsOf." }),
  })
  .refine(({ steps, stepsOf }) => (steps === undefined) !== (stepsOf === undefined), {
    error: "must have either steps or stepsOf",
    path: ["steps"],
    // Also where something else is wrong: all problems are told at once.
    when: ({ value }) => typeof value === "object" && value !== null,
  })
  .meta({ title: "A Greenlight runbook", description: "The template of an operation's plan." });

export type RunbookInput = z.output<typeof runbookSchema>;
