import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import { parseObject, readHeld } from "./held-object.ts";

/** What one version of a HorizontalPodAutoscaler says. */
export interface AutoscalerState {
  /** The pair that it holds; 0 and 0 when it was never written by us. */
  readonly epoch: number;
  readonly sequence: number;
  readonly name: string;
  /** Whose replicas it sets. */
  readonly target: { readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** Throws GL_RECORD_UNREADABLE for what no API server answers. */
export function readAutoscaler(object: Json): AutoscalerState {
  const { fence } = readHeld(object, KIND);
  const { metadata, spec } = parseObject(schema, object, KIND);
  const { scaleTargetRef: target, minReplicas, maxReplicas } = spec;
  return { ...fence, name: metadata.name, target, minReplicas, maxReplicas };
}

const KIND = "HorizontalPodAutoscaler";

const schema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.int().default(1),
    maxReplicas: z.int(),
  }),
});
