import { z } from "zod";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";
import type { Ref } from "../../engine/ports/cluster.ts";
import { createBound } from "../clock/bound.ts";
import type { ApiClient } from "./api-client.ts";
import { readList } from "./object-list.ts";
import { collectionPath } from "./object-path.ts";

/**
 * One object by list and watch, as `Cluster.watch` promises.
 *
 * A server that hangs keeps its connections, so silence alone says nothing. Each watch is therefore
 * asked to end after `watchMs`, and one that has not ended soon after is broken.
 */
export async function* watchObject(
  client: ApiClient,
  ref: Ref,
  { watchMs, signal }: { readonly watchMs: number; readonly signal: AbortSignal },
): AsyncGenerator<Json, void> {
  let last: string | undefined;
  try {
    while (!signal.aborted) {
      const { object, from } = await list(client, ref, signal);
      if (versionOf(object) !== last) yield object;
      last = versionOf(object);
      for await (const next of follow(client, { ref, from, watchMs, signal })) {
        yield next;
        last = versionOf(next);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function list(client: ApiClient, ref: Ref, signal: AbortSignal) {
  const query = { fieldSelector: `metadata.name=${ref.name}` };
  const answer = await client.json({ method: "GET", path: collectionPath(ref), query }, signal);
  const { resourceVersion, items } = readList(answer);
  const [object] = items;
  if (object === undefined) throw gone(ref);
  return { object, from: resourceVersion };
}

interface Following {
  readonly ref: Ref;
  readonly from: string;
  readonly watchMs: number;
  readonly signal: AbortSignal;
}

/** The changes after version `from`, until the server ends the watch in its time. */
async function* follow(
  client: ApiClient,
  { ref, from, watchMs, signal }: Following,
): AsyncGenerator<Json, void> {
  const { clock } = client;
  const bound = createBound({ clock, timeoutMs: watchMs + GRACE_MS, signal });
  const begun = clock.monotonicMs();
  try {
    const query = {
      fieldSelector: `metadata.name=${ref.name}`,
      watch: "true",
      resourceVersion: from,
      timeoutSeconds: String(Math.ceil(watchMs / 1000)),
    };
    const request = { method: "GET", path: collectionPath(ref), query } as const;
    for await (const line of client.lines(request, bound.signal)) {
      if (line.trim() === "") continue;
      const { type, object } = readable(eventSchema.safeParse(parsed(line)));
      if (type === "DELETED") throw gone(ref);
      if (type === "ERROR")
        throw new GreenlightError("GL_UNREACHABLE", `watch of ${ref.name}: ended`);
      if (type !== "BOOKMARK") yield object as Json;
    }
  } catch (error) {
    throw codeOf(error) === undefined ? asBroken(ref, error) : error;
  } finally {
    bound.release();
  }
  if (clock.monotonicMs() - begun < watchMs / 2) throw asBroken(ref, "it ended early");
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

/** How late the end of a watch may come before it counts as broken. */
const GRACE_MS = 2_000;

const objectSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const eventSchema = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.json(),
});
