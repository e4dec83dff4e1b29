import { GreenlightError } from "../../domain/errors.ts";

/** A message that breaks the wire format: no usable answer, and nothing of it is believed. */
export function malformed(what: string): GreenlightError {
  return new GreenlightError("GL_UNREACHABLE", `malformed DNS message: ${what}`);
}
