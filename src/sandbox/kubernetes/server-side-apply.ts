import type { Json, JsonObject } from "../../domain/json.ts";
import { isRecord, type KubeObject, textAt } from "./kube-object.ts";
import { badRequest, conflict, unprocessable } from "./status.ts";
import type { World } from "./world.ts";
import type { Place } from "./write.ts";

export const APPLY_TYPE = "application/apply-patch+yaml";

/**
 * The object that an apply is about. Where it is gone, only an apply of exactly that one is answered
 * as by the real server, which would make it anew otherwise.
 */
export function findApplied(world: World, place: Place, body: Json): KubeObject {
  const { resource, namespace, name } = place;
  const object = world.find(resource, namespace, name);
  if (object) return object;
  const uid = textAt(body, "metadata.uid");
  if (uid === "") throw badRequest("this server makes nothing by apply");
  const why = `the provided object specified uid ${uid}, and no existing object was found`;
  throw conflict(resource, name, `uid mismatch: ${why}`);
}

/**
 * What an apply makes of the object: records are merged, lists and values replaced. Throws
 * 422 for one without a manager, and BadRequest for one without force: nobody here keeps who owns which field. So
 * nothing is taken away either that an earlier apply named and this one leaves out.
 */
export function applyFields(current: JsonObject, body: Json, query: URLSearchParams): JsonObject {
  if ((query.get("fieldManager") ?? "") === "")
    throw unprocessable("PatchOptions is invalid: fieldManager: is required for apply patch");
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
