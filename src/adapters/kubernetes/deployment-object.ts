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
    .object({ observedGeneration: z.int().default(0), availableReplicas: z.int().default(0) })
    .default({ observedGeneration: 0, availableReplicas: 0 }),
});
