import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Json } from "../../domain/json.ts";

/** The answer to a list; `resourceVersion` is where a watch goes on from. */
interface ObjectList {
  readonly resourceVersion: string;
  readonly items: readonly Json[];
}

/** Throws GL_UNREACHABLE for what is no list: a proxy's page, or one that was cut. */
export function readList(answer: Json): ObjectList {
  const result = schema.safeParse(answer);
  if (!result.success)
    throw new GreenlightError("GL_UNREACHABLE", `list: ${result.error.message}`, result.error);
  const { metadata, items } = result.data;
  return { resourceVersion: metadata.resourceVersion, items: items as readonly Json[] };
}

/** An empty list may come as null. */
const schema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z
    .array(z.json())
    .nullish()
    .transform((items) => items ?? []),
});
