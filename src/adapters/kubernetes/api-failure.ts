import { GreenlightError } from "../../domain/errors.ts";
import { networkFailureOf } from "../network/network-failure.ts";

/** The error for a call that got no whole answer. */
export function asUnreachable(error: unknown): GreenlightError {
  return new GreenlightError("GL_UNREACHABLE", networkFailureOf(error).detail, error);
}

/** The error for an answer that is not a success. `body` is a Status object, or a proxy's page. */
export function asApiFailure(status: number, body: string): GreenlightError {
  return new GreenlightError(codeFor(status), `answered ${status}${messageOf(body)}`, { status });
}

/**
 * The error for a JSON patch that was not taken. A `test` that failed is 422, as is an object that the
 * API refuses; only the latter says which of its fields is wrong.
 */
export function asPatchFailure(status: number, body: string): GreenlightError {
  if (status !== 422 || hasCauses(body)) return asApiFailure(status, body);
  return new GreenlightError("GL_CONFLICT", `it is not as it was read${messageOf(body)}`);
}

/** The answer was that a version is forgotten: whoever asked for it must list again. */
export function isGone(error: unknown): boolean {
  const cause = error instanceof GreenlightError ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "status" in cause && cause.status === 410;
}

function codeFor(status: number) {
  if (status === 404) return "GL_NOT_FOUND";
  if (status === 409) return "GL_CONFLICT";
  if (status === 401 || status === 403) return "GL_FORBIDDEN";
  return status >= 500 || PASSING.has(status) ? "GL_UNREACHABLE" : "GL_REJECTED";
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === "string" ? `: ${message.slice(0, MAX_LENGTH)}` : "";
  } catch {
    return "";
  }
}

function hasCauses(body: string): boolean {
  try {
    const { details } = JSON.parse(body) as { readonly details?: { readonly causes?: unknown } };
    return Array.isArray(details?.causes) && details.causes.length > 0;
  } catch {
    return true;
  }
}

/** Too slow, a version that is forgotten, too many: the same call may succeed later, as with 5xx. */
const PASSING: ReadonlySet<number> = new Set([408, 410, 429]);
const MAX_LENGTH = 300;
