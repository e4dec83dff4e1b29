import { GreenlightError } from "../../src/domain/errors.ts";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import type { Edit, Kind } from "../../src/engine/ports/cluster.ts";
import { applyJsonPatch } from "../../src/sandbox/kubernetes/json-patch.ts";

export function uidOf({ kind, name }: Pick<Stored, "kind" | "name">): string {
  return `${kind}-${name}`;
}

export function replicasOf({ spec }: Pick<Stored, "spec">): number {
  const replicas = spec["replicas"];
  return typeof replicas === "number" ? replicas : 0;
}

/** What the edits make of the object as it is read. Throws GL_CONFLICT where it is not as they say. */
export function edited(object: Json, edits: readonly Edit[]): Wanted {
  try {
    const patch = edits.map((edit) => ({ ...edit }));
    const { metadata, spec } = applyJsonPatch(object, patch) as unknown as Edited;
    return { annotations: metadata.annotations, spec };
  } catch (error) {
    throw new GreenlightError("GL_CONFLICT", "it is not as it was read", error);
  }
}

/** What a test sees of a Deployment there. */
export interface Look extends Pick<Stored, "annotations"> {
  readonly replicas: number;
  readonly available: number;
}

/** What others may change of it. */
export type Wanted = Pick<Stored, "annotations" | "spec">;

interface Edited {
  readonly metadata: Pick<Stored, "annotations">;
  readonly spec: JsonObject;
}

/** An object of a memory cluster. */
export interface Stored {
  readonly name: string;
  readonly kind: Kind["kind"];
  version: number;
  generation: number;
  /** What is wanted of it. */
  spec: JsonObject;
  annotations: Readonly<Record<string, string>>;
  /** The status until the pods of the latest change are available. */
  was: {
    readonly observedGeneration: number;
    readonly availableReplicas: number;
    readonly replicas: number;
    readonly terminatingReplicas?: number;
  };
  readyMs: number;
}
