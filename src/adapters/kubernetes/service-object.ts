import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import { parseObject, readHeld } from "./held-object.ts";

/** What one version of a Service says. */
export interface ServiceState {
  /** The pair that it holds; 0 and 0 when it was never written by us. */
  readonly epoch: number;
  readonly sequence: number;
  readonly selector: Readonly<Record<string, string>>;
}

/** Throws GL_RECORD_UNREADABLE for what no API server answers. */
export function readService(object: Json): ServiceState {
  const { fence } = readHeld(object, "Service");
  const { spec } = parseObject(schema, object, "Service");
  return { ...fence, selector: spec.selector };
}

/** A Service without a selector has none, or an empty one. */
const schema = z.object({
  spec: z
    .object({ selector: z.record(z.string(), z.string()).nullish() })
    .transform(({ selector }) => ({ selector: selector ?? {} })),
});
