import type { Json, JsonObject } from "../../domain/json.ts";

/** An object as the API server stores and returns it. */
export type KubeObject = JsonObject & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
};

type Metadata = JsonObject & {
  readonly name: string;
  /** Absent for what belongs to the whole cluster. */
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
};

/** What someone asks to have stored: nothing of it is checked yet. */
export type Draft = JsonObject;

/** The value at `spec.template.spec`; undefined where the path ends early. Keys have no dot. */
export function fieldAt(object: Json | undefined, path: string): Json | undefined {
  let value = object;
  for (const key of path.split(".")) value = isRecord(value) ? value[key] : undefined;
  return value;
}

/** The record there, or an empty one. */
export function recordAt(object: Json | undefined, path: string): JsonObject {
  const value = fieldAt(object, path);
  return isRecord(value) ? value : {};
}

/** The list there, or an empty one. */
export function listAt(object: Json | undefined, path: string): readonly Json[] {
  const value = fieldAt(object, path);
  return isList(value) ? value : [];
}

/** The text there, or an empty one. */
export function textAt(object: Json | undefined, path: string): string {
  const value = fieldAt(object, path);
  return typeof value === "string" ? value : "";
}

/** The record of texts there as `app=shop,tier=web`. */
export function pairsAt(object: Json | undefined, path: string): string {
  const record = recordAt(object, path);
  return Object.keys(record)
    .map((key) => `${key}=${scalarText(record[key])}`)
    .join(",");
}

/** A text, number or boolean as text; empty for anything else. */
export function scalarText(value: Json | undefined): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}

/** The number there, or 0: the API leaves zeros out. */
export function numberAt(object: Json | undefined, path: string): number {
  const value = fieldAt(object, path);
  return typeof value === "number" ? value : 0;
}

export function isRecord(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
