import { codeOf, GreenlightError } from "../../domain/errors.ts";
import { isSameFence, isStale } from "../../domain/fence.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { Cluster, Ref } from "../../engine/ports/cluster.ts";
import type { Authority } from "../../engine/ports/driver.ts";
import { renderFence } from "./fence-annotation.ts";
import { type Held, readHeld } from "./held-object.ts";

interface FencedWrite {
  readonly ref: Ref;
  /** The object, where it was read just now. */
  readonly seen?: Json;
  /** What to merge into the spec of the object as it was read; undefined: it is right. */
  readonly change: (object: Json) => JsonObject | undefined;
  /**
   * Where it is given, the write is a server-side apply, and this is our whole part of the spec as
   * it is, for when only the pair is raised. `change` then says our whole part as it is to be.
   */
  readonly ours?: (object: Json) => JsonObject;
}

/**
 * Changes an object and raises its pair in one patch of exactly the version that was read: whoever
 * comes between is seen by reading again. Where spec and pair are right it writes nothing. Rejects
 * with GL_EPOCH_STALE when the object holds a newer pair.
 */
export async function writeFenced(
  cluster: Cluster,
  { ref, seen, change, ours }: FencedWrite,
  authority: Authority,
): Promise<void> {
  const { signal } = authority;
  let object = seen ?? (await cluster.read(ref, signal));
  for (let conflicts = 0; ; conflicts += 1) {
    const { uid, resourceVersion, fence } = requireCurrent(object, ref, authority);
    const spec = change(object);
    if (isSameFence(authority, fence) && spec === undefined) return;
    signal.throwIfAborted();
    const write = { ref, resourceVersion, annotations: renderFence(authority) };
    try {
      if (ours) return await cluster.apply({ ...write, uid, spec: spec ?? ours(object) }, signal);
      return await cluster.patch({ ...write, spec: spec ?? {} }, signal);
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

/** Re-reads after a lost race before giving up this call; the engine then calls again. */
const MAX_CONFLICTS = 5;
