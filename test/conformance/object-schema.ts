import { z } from "zod";

/** What the suite looks at of what a cluster answers. */
export const ingress = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()),
  }),
  spec: z.record(z.string(), z.json()),
});
export const service = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z.object({ selector: z.record(z.string(), z.string()) }),
});
export const autoscalers = z.array(
  z.object({ metadata: z.object({ name: z.string() }), spec: z.record(z.string(), z.json()) }),
);
export const deployment = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({ replicas: z.int() }),
  status: z.object({ availableReplicas: z.int().default(0) }),
});
