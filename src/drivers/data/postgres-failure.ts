import { networkFailureOf } from "../../adapters/network/network-failure.ts";
import { codeOf, type ErrorCode, GreenlightError } from "../../domain/errors.ts";

/** Any failure of a call to PostgreSQL, by its SQLSTATE where the server said one. */
export function failureOf(error: unknown, who: string): GreenlightError {
  if (codeOf(error) !== undefined) return error as GreenlightError;
  const state = sqlStateOf(error);
  if (state === undefined)
    return new GreenlightError(
      "GL_UNREACHABLE",
      `${who}: ${networkFailureOf(error).detail}`,
      error,
    );
  const code = meaningOf(state);
  const said = (error as Error).message.slice(0, MAX_QUOTE);
  const advice = code === "GL_NOT_FOUND" ? " (did runbooks/data-postgres.sql run there?)" : "";
  return new GreenlightError(code, `${who} answered ${state}: ${said}${advice}`, error);
}

function meaningOf(state: string): ErrorCode {
  const [code] = MEANINGS.find(([, states]) => states.some((one) => state.startsWith(one))) ?? [];
  return code ?? "GL_REJECTED";
}

/** By SQLSTATE, or how it begins; the first that fits. */
const MEANINGS: readonly (readonly [ErrorCode, readonly string[]])[] = [
  ["GL_FORBIDDEN", ["28", "42501"]],
  // No such database, schema, table or function.
  ["GL_NOT_FOUND", ["3D000", "3F000", "42P01", "42883"]],
  // It became a standby or was fenced since it was read; serialization, deadlock.
  ["GL_CONFLICT", ["25006", "40"]],
  // Connection, resources, operator's intervention (starting up, shut down, timeouts), lock timeout.
  ["GL_UNREACHABLE", ["08", "53", "55P03", "57", "58", "XX"]],
];

/** A code alone could be Node's: EPIPE has five letters too. */
function sqlStateOf(error: unknown): string | undefined {
  const isObject = typeof error === "object" && error !== null;
  if (!isObject || !("severity" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code !== "" ? error.code : undefined;
}

const MAX_QUOTE = 200;
