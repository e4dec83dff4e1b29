import type { ServerResponse } from "node:http";
import type { JsonObject } from "../../domain/json.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { KubeObject } from "./kube-object.ts";
import { type Shape, shapeOf } from "./media-type.ts";
import { sendJson } from "./reply.ts";
import { apiVersionOf } from "./resource.ts";
import type { Route } from "./route.ts";
import { renderScale } from "./scale.ts";
import { fieldSelector, labelSelector, type Selector } from "./selector.ts";
import { badRequest, tooNew } from "./status.ts";
import { renderTable } from "./table.ts";
import { serveWatch } from "./watch.ts";
import type { World } from "./world.ts";
import { find } from "./write.ts";

export interface ReadTools {
  readonly world: World;
  readonly clock: Clock;
  /** Ends all watches. */
  readonly closed: AbortSignal;
}

export interface ReadCall {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
}

/** One object, a list, or a watch. */
export function answerRead(tools: ReadTools, call: ReadCall, response: ServerResponse): void {
  const { route, query } = call;
  const isWatch = ["1", "true"].includes(query.get("watch") ?? "");
  const shape = shapeOf(isWatch ? call.accept?.replaceAll(";stream=watch", "") : call.accept);
  if (route.name === "" && isWatch) {
    watch(tools, call, { shape, response });
    return;
  }
  sendJson(response, 200, route.name === "" ? list(tools, call, shape) : one(tools, call, shape));
}

function one(tools: ReadTools, call: ReadCall, shape: Shape): JsonObject {
  const object = find(tools.world, call.route);
  const body = call.route.scale ? renderScale(object) : object;
  return shaped(tools, call, { shape, objects: [body], body });
}

function list(tools: ReadTools, call: ReadCall, shape: Shape): JsonObject {
  const { world } = tools;
  const { resource, namespace } = call.route;
  const since = versionOf(call.query) ?? 0;
  if (since > world.version) throw tooNew(since, world.version);
  const objects = world.list(resource, namespace).filter(wantedBy(call));
  const body = {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: { resourceVersion: String(world.version) },
    items: objects.map(itemOf),
  };
  return shaped(tools, call, { shape, objects, body });
}

/** The list says for all of them what they are. */
function itemOf(object: KubeObject): JsonObject {
  const { apiVersion: _, kind: __, ...item } = object;
  return item;
}

function watch(
  tools: ReadTools,
  call: ReadCall,
  { shape, response }: { readonly shape: Shape; readonly response: ServerResponse },
): void {
  const { query } = call;
  const initial = query.get("sendInitialEvents") === "true";
  const bookmarks = query.get("allowWatchBookmarks") === "true";
  const since = versionOf(query);
  const seconds = Number(query.get("timeoutSeconds") ?? "0");
  const signal =
    seconds > 0
      ? AbortSignal.any([tools.closed, tools.clock.timeout(seconds * 1000)])
      : tools.closed;
  serveWatch(tools.world, response, {
    resource: call.route.resource,
    wanted: wantedBy(call),
    since: initial || since === 0 ? undefined : since,
    bookmark: initial && bookmarks,
    bookmarkAtEnd: bookmarks,
    render: (object) => shaped(tools, call, { shape, objects: [object], body: object }),
    signal,
  });
}

/** The answer itself, or a Table of the objects in it. */
function shaped(
  { world, clock }: ReadTools,
  { route, query }: ReadCall,
  answer: {
    readonly shape: Shape;
    readonly objects: readonly KubeObject[];
    readonly body: JsonObject;
  },
): JsonObject {
  if (answer.shape === "json" || route.scale) return answer.body;
  return renderTable(route.resource, answer.objects, {
    resourceVersion: String(world.version),
    wallMs: clock.wallMs(),
    includeObject: query.get("includeObject") ?? "Metadata",
  });
}

function wantedBy({ route, query }: ReadCall): Selector {
  const byField = fieldSelector(query.get("fieldSelector") ?? "");
  const byLabel = labelSelector(query.get("labelSelector") ?? "");
  const { namespace } = route;
  return (object) =>
    (namespace === "" || object.metadata.namespace === namespace) &&
    byField(object) &&
    byLabel(object);
}

/** undefined: not given. Throws BadRequest for what is no version. */
function versionOf(query: URLSearchParams): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  if (text === "") return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`invalid resource version: ${text}`);
  return Number(text);
}
