import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import { parseObject, readHeld } from "./held-object.ts";

/** What one version of a Deployment says. */
export interface DeploymentState {
  /** The pair that it holds; 0 and 0 when it was never written by us. */
  readonly epoch: number;
  readonly sequence: number;
  readonly replicas: number;
  readonly available: number;
  /** That it has, available or not; those that are being ended are not among them. */
  readonly pods: number;
  /** That are being ended and may still serve; null: this API server does not count them. */
  readonly ending: number | null;
  /** The controller has seen this spec; until then `available` is of an older one. */
  readonly current: boolean;
  /** Of its containers, in the template's order. */
  readonly images: readonly string[];
}

/** Throws GL_RECORD_UNREADABLE for what no API server answers. */
export function readDeployment(object: Json): DeploymentState {
  const { fence } = readHeld(object, "Deployment");
  const { metadata, spec, status } = parseObject(schema, object, "Deployment");
  return {
    ...fence,
    replicas: spec.replicas,
    available: status.availableReplicas,
    pods: status.replicas,
    ending: status.terminatingReplicas ?? null,
    current: status.observedGeneration >= metadata.generation,
    images: spec.template.spec.containers.map(({ image }) => image),
  };
}

/** What we need of the API server's answer; it leaves out what is empty. */
const schema = z.object({
  metadata: z.object({ generation: z.int() }),
  spec: z.object({
    replicas: z.int(),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ image: z.string().default("") })) }),
    }),
  }),
  status: z
    .object({
      observedGeneration: z.int().default(0),
      availableReplicas: z.int().default(0),
      replicas: z.int().default(0),
      // Beta in Kubernetes 1.35, and it may be off: absent is no zero.
      terminatingReplicas: z.int().optional(),
    })
    .default({ observedGeneration: 0, availableReplicas: 0, replicas: 0 }),
});
