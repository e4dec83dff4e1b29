import { z } from "zod";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { Ref } from "../../engine/ports/cluster.ts";
import { createBound } from "../clock/bound.ts";
import type { ApiClient } from "./api-client.ts";
import { asApiFailure, isGone } from "./api-failure.ts";
import { readList } from "./object-list.ts";
import { collectionPath } from "./object-path.ts";

/**
 * One object by list and watch, as `Cluster.watch` promises.
 *
 * A server that hangs keeps its connections, so silence alone says nothing. Each watch is therefore
 * asked to end after `watchMs`, and one that has not ended soon after is broken. The next goes on
 * from the last version that an event or a bookmark told; where the server has forgotten that one
 * (410 Gone), the object is listed anew, and what was missed shows as its newest state.
 */
export async function* watchObject(
  client: ApiClient,
  ref: Ref,
  { watchMs, signal }: { readonly watchMs: number; readonly signal: AbortSignal },
): AsyncGenerator<Json, void> {
  const at: Position = { version: undefined, shown: undefined, listings: 0 };
  try {
    while (!signal.aborted) {
      if (at.version === undefined) yield* list(client, { ref, at, signal });
      yield* follow(client, { ref, at, watchMs, signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** How far a watch has come. */
interface Position {
  /** The next watch goes on after it; undefined: only a list can say. */
  version: string | undefined;
  /** Of the object as it was shown last. */
  shown: string | undefined;
  /** Since the server last knew the version that it was asked to go on from. */
  listings: number;
}

interface Listing {
  readonly ref: Ref;
  readonly at: Position;
  readonly signal: AbortSignal;
}

/** The object as it is now, where that was not shown yet. */
async function* list(client: ApiClient, { ref, at, signal }: Listing): AsyncGenerator<Json, void> {
  at.listings += 1;
  if (at.listings > MAX_LISTINGS) throw asBroken(ref, "the server forgets what it just listed");
  const query = { fieldSelector: `metadata.name=${ref.name}` };
  const answer = await client.json({ method: "GET", path: collectionPath(ref), query }, signal);
  const { resourceVersion, items } = readList(answer);
  const [object] = items;
  if (object === undefined) throw gone(ref);
  at.version = resourceVersion;
  const isNew = versionOf(object) !== at.shown;
  at.shown = versionOf(object);
  if (isNew) yield object;
}

/** The changes from there on, until the server ends the watch in its time, or has forgotten them. */
async function* follow(
  client: ApiClient,
  { ref, at, watchMs, signal }: Listing & { readonly watchMs: number },
): AsyncGenerator<Json, void> {
  const { clock } = client;
  const bound = createBound({ clock, timeoutMs: watchMs + GRACE_MS, signal });
  const begun = clock.monotonicMs();
  try {
    const query = {
      fieldSelector: `metadata.name=${ref.name}`,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: at.version ?? "",
      timeoutSeconds: String(Math.ceil(watchMs / 1000)),
    };
    const request = { method: "GET", path: collectionPath(ref), query } as const;
    for await (const line of client.lines(request, bound.signal)) {
      if (line.trim() === "") continue;
      const { type, object } = readable(eventSchema.safeParse(parsed(line)));
      if (type === "DELETED") throw gone(ref);
      if (type === "ERROR") throw asEnded(object);
      at.version = versionOf(object);
      at.listings = 0;
      if (type === "BOOKMARK") continue;
      at.shown = at.version;
      yield object;
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw asBroken(ref, error);
    if (!isGone(error)) throw error;
    at.version = undefined;
    return;
  } finally {
    bound.release();
  }
  if (clock.monotonicMs() - begun < watchMs / 2) throw asBroken(ref, "it ended early");
  at.listings = 0;
}

function versionOf(object: Json): string {
  return readable(objectSchema.safeParse(object)).metadata.resourceVersion;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readable<T>(result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  throw asBroken({ name: "an object" }, result.error);
}

function gone({ kind, name }: Ref): GreenlightError {
  return new GreenlightError("GL_NOT_FOUND", `${kind} ${name}`);
}

function asBroken({ name }: Pick<Ref, "name">, cause: unknown): GreenlightError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GreenlightError("GL_UNREACHABLE", `watch of ${name}: ${why}`, cause);
}

/** An event has a Status in the place of the object. */
function asEnded(status: Json): GreenlightError {
  return asApiFailure(readable(statusSchema.safeParse(status)).code, JSON.stringify(status));
}

/** How late the end of a watch may come before it counts as broken. */
const GRACE_MS = 2_000;
/** Lists in a row that no event and no whole watch came after. */
const MAX_LISTINGS = 3;

const objectSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const statusSchema = z.object({ code: z.int() });
const eventSchema = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.json(),
});
