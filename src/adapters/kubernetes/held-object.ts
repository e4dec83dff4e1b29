import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Fence } from "../../domain/fence.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import { readFence } from "./fence-annotation.ts";

/** What each version of an object says of itself, whatever its kind. */
export interface Held {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Absent: it has none at all. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  /** 0 and 0 when it was never written by us. */
  readonly fence: Fence;
  readonly spec: JsonObject;
}

/** Throws GL_RECORD_UNREADABLE for what no API server answers, and for a pair that is not ours. */
export function readHeld(object: Json, kind: string): Held {
  const { metadata, spec } = parseObject(held, object, kind);
  const { uid, resourceVersion, annotations } = metadata;
  return { uid, resourceVersion, annotations, fence: readFence(annotations), spec };
}

/** Throws GL_RECORD_UNREADABLE for what no API server answers. */
export function parseObject<T>(schema: z.ZodType<T>, object: Json, kind: string): T {
  const result = schema.safeParse(object);
  if (result.success) return result.data;
  const what = `${kind}: ${z.prettifyError(result.error)}`;
  throw new GreenlightError("GL_RECORD_UNREADABLE", what, result.error);
}

const held = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  // It came as JSON.
  spec: z.record(z.string(), z.custom<Json>()),
});
