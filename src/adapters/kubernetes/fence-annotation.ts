import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Fence } from "../../domain/fence.ts";

const EPOCH = "greenlight.dev/epoch";
const SEQUENCE = "greenlight.dev/sequence";

/** The annotations in which an object keeps the pair. */
export function renderFence({ epoch, sequence }: Fence): Readonly<Record<string, string>> {
  return { [EPOCH]: String(epoch), [SEQUENCE]: String(sequence) };
}

/** The pair that an object holds; an object without both was never written by us, and has 0 and 0.
 *  Throws GL_RECORD_UNREADABLE for anything that `renderFence` does not write. */
export function readFence(annotations: Readonly<Record<string, string>> | undefined): Fence {
  const held = { epoch: annotations?.[EPOCH], sequence: annotations?.[SEQUENCE] };
  if (held.epoch === undefined && held.sequence === undefined) return { epoch: 0, sequence: 0 };
  const result = schema.safeParse(held);
  if (result.success) return result.data;
  throw new GreenlightError(
    "GL_RECORD_UNREADABLE",
    `${EPOCH} is ${held.epoch ?? "absent"}, ${SEQUENCE} is ${held.sequence ?? "absent"}`,
    result.error,
  );
}

const digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const schema = z.object({ epoch: digits, sequence: digits });
