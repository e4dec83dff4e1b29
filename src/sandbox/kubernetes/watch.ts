import type { ServerResponse } from "node:http";
import type { JsonObject } from "../../domain/json.ts";
import type { KubeObject } from "./kube-object.ts";
import { apiVersionOf, type Resource } from "./resource.ts";
import type { Selector } from "./selector.ts";
import { expired } from "./status.ts";
import type { Change, World } from "./world.ts";

export interface WatchOptions {
  readonly resource: Resource;
  /** Which of them: by namespace, fields and labels. */
  readonly wanted: Selector;
  /** Changes after this version; undefined: what is there first, as ADDED. */
  readonly since: number | undefined;
  /** Say with a bookmark where what was there at first ends. */
  readonly bookmark: boolean;
  /** Say with one how far it came, at its end. */
  readonly bookmarkAtEnd: boolean;
  /** How an object goes into an event. */
  readonly render: (object: KubeObject) => JsonObject;
}

/**
 * Writes one line an event until the signal aborts, the client goes away, or it falls too far
 * behind.
 */
export function serveWatch(
  world: World,
  response: ServerResponse,
  { signal, ...options }: WatchOptions & { readonly signal: AbortSignal },
): void {
  const { resource, wanted, since, render } = options;
  const tell = (type: string, object: JsonObject) => {
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
  };
  const pass = (change: Change) => {
    const type = change.resource === resource ? typeFor(change, wanted) : undefined;
    if (type !== undefined) tell(type, render(change.object));
  };
  response.writeHead(200, {
    "content-type": "application/json",
    "cache-control": "no-cache, private",
  });
  response.flushHeaders();
  const missed = since === undefined ? [] : world.since(since);
  if (missed === undefined) {
    tell("ERROR", expired(since ?? 0, world.version).status);
    response.end();
    return;
  }
  if (since === undefined)
    for (const object of world.list(resource).filter(wanted)) tell("ADDED", render(object));
  if (options.bookmark) tell("BOOKMARK", bookmarkOf(resource, world.version, INITIAL));
  for (const change of missed) pass(change);
  const unfollow = world.follow(pass);
  const stop = () => {
    unfollow();
    signal.removeEventListener("abort", end);
    response.end();
  };
  response.on("close", stop);
  const end = () => {
    if (options.bookmarkAtEnd) tell("BOOKMARK", bookmarkOf(resource, world.version));
    stop();
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end);
}

/** A change into, within or out of what is wanted; undefined: outside of it. */
function typeFor({ type, object, before }: Change, wanted: Selector): Change["type"] | undefined {
  const is = type !== "DELETED" && wanted(object);
  const was = before !== undefined && wanted(before);
  if (is) return was ? "MODIFIED" : "ADDED";
  return was ? "DELETED" : undefined;
}

function bookmarkOf(resource: Resource, version: number, more: JsonObject = {}): JsonObject {
  const metadata = { resourceVersion: String(version), creationTimestamp: null, ...more };
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
}

const INITIAL = { annotations: { "k8s.io/initial-events-end": "true" } };
/** What may wait in memory for a client that doesn't read. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024;
