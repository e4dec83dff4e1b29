import type { Json, JsonObject } from "../../domain/json.ts";
import { isList, isRecord } from "./kube-object.ts";

/** RFC 7386: null takes away, records are merged, anything else replaces. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isRecord(patch)) return patch;
  const merged = { ...(isRecord(target) && target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = applyMergePatch(merged[key], value);
  }
  return merged;
}

/**
 * A merge patch that also merges the lists whose items have a key, as kubectl sends it for the
 * built-in kinds: by `$patch: delete` or `replace` too; what orders lists is left out.
 */
export function applyStrategicPatch(target: Json | undefined, patch: Json): Json {
  if (!isRecord(patch)) return patch;
  if (patch["$patch"] === "replace") return withoutDirectives(patch);
  const merged = { ...(isRecord(target) && target) };
  for (const [key, value] of Object.entries(withoutDirectives(patch))) {
    if (value === null || (isRecord(value) && value["$patch"] === "delete")) delete merged[key];
    else merged[key] = mergeField(key, merged[key], value);
  }
  return merged;
}

function mergeField(field: string, target: Json | undefined, patch: Json): Json {
  const key = MERGE_KEYS.get(field)?.find((name) => isKeyed(patch, name));
  if (key === undefined || !isList(patch)) return applyStrategicPatch(target, patch);
  if (patch.some((item) => isRecord(item) && item["$patch"] === "replace" && !(key in item)))
    return patch.filter((item) => isRecord(item) && key in item);
  const items = [...(isList(target) ? target : [])];
  for (const item of patch) {
    const at = items.findIndex((one) => isRecord(one) && isRecord(item) && one[key] === item[key]);
    if (isRecord(item) && item["$patch"] === "delete") {
      if (at >= 0) items.splice(at, 1);
    } else if (at >= 0) items[at] = applyStrategicPatch(items[at], item);
    else items.push(applyStrategicPatch(undefined, item));
  }
  return items;
}

function isKeyed(patch: Json, key: string): boolean {
  return isList(patch) && patch.some((item) => isRecord(item) && key in item);
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith("$")));
}

/** What tells two items of such a list apart, in the kinds that this server has. */
const MERGE_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["conditions", ["type"]],
  ["containers", ["name"]],
  ["env", ["name"]],
  ["initContainers", ["name"]],
  ["ownerReferences", ["uid"]],
  ["ports", ["containerPort", "port"]],
  ["volumeMounts", ["mountPath"]],
  ["volumes", ["name"]],
]);
