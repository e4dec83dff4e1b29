import { canonical } from "../../domain/canonical.ts";
import { codeOf, GreenlightError } from "../../domain/errors.ts";
import { isSameFence, isStale } from "../../domain/fence.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Cluster, Edit, Ref } from "../../engine/ports/cluster.ts";
import type { Authority } from "../../engine/ports/driver.ts";
import { renderFence } from "./fence-annotation.ts";
import { type Held, readHeld } from "./held-object.ts";

interface FencedWrite {
  readonly ref: Ref;
  /** The object, where it was read just now. */
  readonly seen?: Json;
  /** Fields of the spec as they are to be, each as a whole, also where they are right. */
  readonly wanted: (object: Json) => JsonObject;
  /** A server-side apply, for lists that several own: `wanted` is then our whole part of the spec. */
  readonly applies?: boolean;
}

/**
 * Changes an object and raises its pair in one write, that goes by what was read: whoever comes
 * between is seen by reading again. Where spec and pair are right it writes nothing. Rejects with
 * GL_EPOCH_STALE when the object holds a newer pair.
 */
export async function writeFenced(
  cluster: Cluster,
  { ref, seen, wanted, applies = false }: FencedWrite,
  authority: Authority,
): Promise<void> {
  const { signal } = authority;
  let object = seen ?? (await cluster.read(ref, signal));
  for (let conflicts = 0; ; conflicts += 1) {
    const held = requireCurrent(object, ref, authority);
    const spec = wanted(object);
    if (isSameFence(authority, held.fence) && isAsWanted(held, spec)) return;
    signal.throwIfAborted();
    const annotations = renderFence(authority);
    const { uid, resourceVersion } = held;
    try {
      if (applies)
        return await cluster.apply({ ref, uid, resourceVersion, annotations, spec }, signal);
      return await cluster.patch({ ref, edits: editsOf(held, annotations, spec) }, signal);
    } catch (error) {
      if (codeOf(error) !== "GL_CONFLICT" || conflicts === MAX_CONFLICTS) throw error;
    }
    object = await cluster.read(ref, signal);
  }
}

/** What the object holds. Throws GL_EPOCH_STALE where that is newer than the authority to write. */
export function requireCurrent(object: Json, { kind, name }: Ref, authority: Authority): Held {
  const held = readHeld(object, kind);
  if (!isStale(authority, held.fence)) return held;
  const newer = `${name} has ${held.fence.epoch}/${held.fence.sequence}`;
  throw new GreenlightError("GL_EPOCH_STALE", `${authority.epoch}/${authority.sequence}, ${newer}`);
}

function isAsWanted({ spec }: Held, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(
    ([field, value]) => canonical(spec[field] ?? null) === canonical(value),
  );
}

/**
 * The tests are all that was gone by: that it is this object, the pair that it holds, the fields that
 * are written. Not its version: that changes with every word of a controller on its status, as a
 * Deployment's does while it is scaled, and costs a fence that has 300 ms a round for nothing.
 */
function editsOf(
  { uid, annotations: held, spec }: Held,
  annotations: Readonly<Record<string, string>>,
  wanted: JsonObject,
): readonly Edit[] {
  const test = (path: string, value: Json = null): Edit => ({ op: "test", path, value });
  const add = (path: string, value: Json): Edit => ({ op: "add", path, value });
  const pair = Object.entries(annotations).map(
    ([key, value]) => [key, `${ANNOTATIONS}/${pointed(key)}`, value] as const,
  );
  const fields = Object.entries(wanted);
  return [
    test("/metadata/uid", uid),
    ...(held ? pair.map(([key, path]) => test(path, held[key])) : [test(ANNOTATIONS)]),
    ...fields.map(([field]) => test(`/spec/${field}`, spec[field])),
    // There is nothing to add to where it has none at all.
    ...(held ? pair.map(([, path, value]) => add(path, value)) : [add(ANNOTATIONS, annotations)]),
    ...fields.map(([field, value]) => add(`/spec/${field}`, value)),
  ];
}

/** As a part of a JSON pointer. */
function pointed(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

const ANNOTATIONS = "/metadata/annotations";

/** Re-reads after a lost race before giving up this call; the engine then calls again. */
const MAX_CONFLICTS = 5;
