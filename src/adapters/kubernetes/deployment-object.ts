import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import { readFence } from "./fence-annotation.ts";

/** What one version of a Deployment says. */
export interface DeploymentState {
  readonly resourceVersion: string;
  /** The pair that it holds; 0 and 0 when it was never written by us. */
  readonly epoch: number;
  readonly sequence: number;
  readonly replicas: number;
  readonly available: number;
  /** The controller has seen this spec; until then `available` is of an older one. */
  readonly current: boolean;
}

/** Throws GL_RECORD_UNREADABLE for what no API server answers. */
export function readDeployment(object: Json): DeploymentState {
  const result = schema.safeParse(object);
  if (!result.success)
    throw new GreenlightError(
      "GL_RECORD_UNREADABLE",
      `Deployment: ${z.prettifyError(result.error)}`,
      result.error,
    );
  const { metadata, spec, status } = result.data;
  return {
    resourceVersion: metadata.resourceVersion,
    ...readFence(metadata.annotations),
    replicas: spec.replicas,
    available: status.availableReplicas,
    current: status.observedGeneration >= metadata.generation,
  };
}

/** What we need of the API server's answer; it leaves out what is empty. */
const schema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    generation: z.int(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.object({ replicas: z.int() }),
  status: z
    .object({ observedGeneration: z.int().default(0), availableReplicas: z.int().default(0) })
    .default({ observedGeneration: 0, availableReplicas: 0 }),
});
