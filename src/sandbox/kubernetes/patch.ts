import type { Json } from "../../domain/json.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { isRecord } from "./kube-object.ts";
import { applyMergePatch, applyStrategicPatch } from "./merge-patch.ts";
import { badRequest, unsupportedMediaType } from "./status.ts";

/** What the patch makes of the object. Throws 415 for a kind of patch that is not known. */
export function applyPatch(mediaType: string, current: Json, patch: Json): Json {
  const apply = KINDS.get(mediaType);
  if (apply === undefined) throw unsupportedMediaType(PATCH_TYPES);
  if (apply !== applyJsonPatch && !isRecord(patch)) throw badRequest("Invalid JSON Patch");
  return apply(current, patch);
}

const KINDS: ReadonlyMap<string, (current: Json, patch: Json) => Json> = new Map([
  ["application/json-patch+json", applyJsonPatch],
  ["application/merge-patch+json", applyMergePatch],
  ["application/strategic-merge-patch+json", applyStrategicPatch],
]);

/** The media types of the patches that are known. */
export const PATCH_TYPES: readonly string[] = [...KINDS.keys()];
