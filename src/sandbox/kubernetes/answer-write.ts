import type { Json, JsonObject } from "../../domain/json.ts";
import { isRecord, recordAt, textAt } from "./kube-object.ts";
import { applyPatch } from "./patch.ts";
import type { Route } from "./route.ts";
import { applyScale, renderScale } from "./scale.ts";
import { APPLY_TYPE, applyFields, findApplied } from "./server-side-apply.ts";
import { badRequest, invalidPatch, methodNotAllowed, statusOf } from "./status.ts";
import type { World } from "./world.ts";
import { create, find, remove, replace, update, type WriteOptions } from "./write.ts";

export interface WriteCall {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly method: string;
  readonly mediaType: string;
  readonly body: Json | undefined;
}

/** Does what a POST, PUT, PATCH or DELETE asks, and says what to answer. */
export function answerWrite(
  world: World,
  { route, query, method, mediaType, body }: WriteCall,
): { readonly code: number; readonly object: JsonObject } {
  const options = { dryRun: query.has("dryRun") };
  if (!verbsOf(route).includes(method)) throw methodNotAllowed();
  if (method === "DELETE") {
    const { metadata } = remove(world, route, { ...options, body });
    const { name, uid } = metadata;
    const { group, plural } = route.resource;
    const details = { name, ...(group && { group }), kind: plural, uid };
    return { code: 200, object: { ...SUCCESS, details } };
  }
  if (body === undefined) throw badRequest("the request has no body");
  if (method === "POST") return { code: 201, object: create(world, route, { ...options, body }) };
  if (method === "PUT") return put(world, route, { ...options, body });
  return { code: 200, object: patch(world, route, { ...options, body, mediaType, query }) };
}

function verbsOf({ name, scale }: Route): readonly string[] {
  if (name === "") return ["POST"];
  return scale ? ["PATCH", "PUT"] : ["DELETE", "PATCH", "PUT"];
}

function put(world: World, route: Route, options: WriteOptions & { readonly body: Json }) {
  const { body, dryRun } = options;
  if (!route.scale) {
    const code = world.find(route.resource, route.namespace, route.name) ? 200 : 201;
    return { code, object: update(world, route, options) };
  }
  const next = isRecord(body) ? body : {};
  return { code: 200, object: applyScale(world, route, { next, dryRun }) };
}

function patch(
  world: World,
  route: Route,
  options: WriteOptions & { readonly body: Json } & Pick<WriteCall, "mediaType" | "query">,
): JsonObject {
  const { body, mediaType, query, dryRun } = options;
  const isApply = mediaType === APPLY_TYPE;
  const stored = isApply ? findApplied(world, route, body) : find(world, route);
  const current = route.scale ? renderScale(stored) : stored;
  const next = isApply ? applyFields(current, body, query) : applyPatch(mediaType, current, body);
  if (!isRecord(next)) throw badRequest("the patch leaves no object");
  if (textAt(next, "metadata.name") !== route.name)
    throw badRequest("the name of the object does not match the name on the URL");
  const metadata = recordAt(next, "metadata");
  if ((metadata["namespace"] ?? "") !== route.namespace)
    throw badRequest("the namespace of the object does not match the namespace on the URL");
  const write = route.scale ? applyScale : replace;
  try {
    return write(world, route, { next, dryRun });
  } catch (error) {
    // What a patch makes is no body that can't be read: the object is invalid.
    const status = statusOf(error);
    throw status.code === 400 ? invalidPatch(textAt(status, "message")) : error;
  }
}

const SUCCESS = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };
