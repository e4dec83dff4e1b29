import type { Json, JsonObject } from "../../domain/json.ts";
import { isRecord } from "./kube-object.ts";
import { badRequest } from "./status.ts";

export const APPLY_TYPE = "application/apply-patch+yaml";

/**
 * What an apply makes of the object: records are merged, lists and values replaced. Throws
 * BadRequest for one without a manager or without force: nobody here keeps who owns which field. So
 * nothing is taken away either that an earlier apply named and this one leaves out.
 */
export function applyFields(current: JsonObject, body: Json, query: URLSearchParams): JsonObject {
  if ((query.get("fieldManager") ?? "") === "")
    throw badRequest("PatchOptions is invalid: fieldManager: is required for apply patch");
  if (query.get("force") !== "true") throw badRequest("this server applies with force only");
  if (!isRecord(body)) throw badRequest("the request body is no JSON object");
  return merged(current, body);
}

function merged(current: JsonObject, applied: JsonObject): JsonObject {
  const next: Record<string, Json> = { ...current };
  for (const [key, value] of Object.entries(applied)) {
    const before = current[key];
    next[key] = isRecord(value) ? merged(isRecord(before) ? before : {}, value) : value;
  }
  return next;
}
