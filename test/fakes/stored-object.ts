import type { JsonObject } from "../../src/domain/json.ts";
import type { Kind } from "../../src/engine/ports/cluster.ts";

export function uidOf({ kind, name }: Pick<Stored, "kind" | "name">): string {
  return `${kind}-${name}`;
}

export function replicasOf({ spec }: Pick<Stored, "spec">): number {
  const replicas = spec["replicas"];
  return typeof replicas === "number" ? replicas : 0;
}

/** What a test sees of a Deployment there. */
export interface Look extends Pick<Stored, "annotations"> {
  readonly replicas: number;
  readonly available: number;
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
