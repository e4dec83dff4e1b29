import type { Json, JsonObject } from "../../domain/json.ts";
import { type Column, columnsOf } from "./column.ts";
import type { KubeObject } from "./kube-object.ts";
import type { Resource } from "./resource.ts";

export interface TableOptions {
  readonly resourceVersion: string;
  readonly wallMs: number;
  /** How much of each object comes with its row; anything else counts as `Metadata`. */
  readonly includeObject: string;
}

/** `meta.k8s.io/v1 Table`: how `kubectl get` wants to print what it asks for. */
export function renderTable(
  resource: Resource,
  objects: readonly KubeObject[],
  options: TableOptions,
): JsonObject {
  const columns = columnsOf(resource);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: options.resourceVersion },
    columnDefinitions: columns.map(definitionOf),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, options.wallMs)),
      object: partOf(object, options.includeObject),
    })),
  };
}

function definitionOf({ name, wide }: Column): JsonObject {
  const format = name === "Name" ? "name" : "";
  const type = ["Up-to-date", "Available", "Desired", "Current"].includes(name)
    ? "integer"
    : "string";
  return { name, type, format, description: name, priority: wide ? 1 : 0 };
}

function partOf(object: KubeObject, includeObject: string): Json {
  if (includeObject === "None") return null;
  if (includeObject === "Object") return object;
  const { metadata } = object;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}
