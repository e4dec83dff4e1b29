import { codeOf, GreenlightError } from "../../domain/errors.ts";
import { isClash } from "./clash.ts";

/**
 * Is this what a journal that works answers of the record? Everything else is a journal that is
 * away: also one that says no, as where its tables are gone, its role lost a right or its disk lies.
 * Whoever moves an application can do nothing about that, and must not wait for who can.
 */
export function isAnswer(error: unknown): boolean {
  return codeOf(error) === "GL_STEP_CLAIMED" || isClash(error);
}

/** The same for people, and for who asks for the code: GL_STORAGE_AWAY, with what the database said. */
export function awayOf(error: unknown): GreenlightError {
  if (codeOf(error) === "GL_STORAGE_AWAY") return error as GreenlightError;
  const { message, code } = error as Partial<Error> & { readonly code?: unknown };
  const state = typeof code === "string" ? ` (SQLSTATE ${code})` : "";
  const said = `the database refuses it: ${message ?? String(error)}${state}`;
  return new GreenlightError("GL_STORAGE_AWAY", said, error);
}

/** For who only branches on whether it is away. */
export async function named<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw awayOf(error);
  }
}
