import { type ZodError, z } from "zod";
import { allFlawsOf } from "../adapters/schema/issue-text.ts";
import {
  codeOf,
  detailOf,
  ERRORS,
  type ErrorCode,
  GreenlightError,
  runbookOf,
} from "../domain/errors.ts";

/** RFC 9457. `errors` says what is wrong in the body or the query, by JSON Pointer (RFC 6901). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  retryable: z.boolean(),
  runbook: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

export type HttpProblem = z.infer<typeof problemSchema>;

/** What is told of an error. Of one that we can't name nothing is told: the log has it. */
export function problemOf(error: unknown): HttpProblem {
  const code = codeOf(error) ?? "GL_BUG";
  const { title, status, retryable } = ERRORS[code];
  const detail = code === "GL_BUG" ? "the log has the details" : detailOf(error);
  const errors = code === "GL_INVALID" ? pointersOf(error) : undefined;
  return {
    type: `urn:greenlight:error:${code.toLowerCase()}`,
    title,
    status,
    detail,
    code,
    retryable,
    runbook: runbookOf(code),
    ...(errors && { errors }),
  };
}

interface Pointer {
  readonly pointer: string;
  readonly detail: string;
}

/** GL_INVALID with a pointer to each flaw that the schema found. */
export function invalid(part: "body" | "query", error: ZodError, input: unknown): GreenlightError {
  const pointers = allFlawsOf(error, input).map(({ path, what }) => ({
    pointer: path.map((key) => `/${escapeKey(String(key))}`).join(""),
    detail: what,
  }));
  return invalidAt(part, pointers);
}

export function invalidAt(part: "body" | "query", pointers: readonly Pointer[]): GreenlightError {
  const said = pointers.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join("; ");
  return new GreenlightError("GL_INVALID", `in the ${part}: ${said}`, { pointers });
}

/** What the parsers of Express say, in the catalogue's words; anything else as it is. */
export function named(error: unknown): unknown {
  const type = typeof error === "object" && error !== null && "type" in error ? error.type : "";
  const code = typeof type === "string" && Object.hasOwn(PARSER, type) ? PARSER[type] : undefined;
  if (code) return new GreenlightError(code, "the body was not read", error);
  return error instanceof URIError
    ? new GreenlightError("GL_NO_ROUTE", "the path can't be decoded", error)
    : error;
}

const PARSER: Readonly<Record<string, ErrorCode>> = {
  "entity.too.large": "GL_TOO_LARGE",
  "encoding.unsupported": "GL_MEDIA_TYPE",
  "charset.unsupported": "GL_MEDIA_TYPE",
  "request.aborted": "GL_INVALID",
  "request.size.invalid": "GL_INVALID",
};

function pointersOf(error: unknown): HttpProblem["errors"] {
  const cause =
    typeof error === "object" && error !== null && "cause" in error ? error.cause : null;
  return typeof cause === "object" && cause !== null && "pointers" in cause
    ? (cause.pointers as Pointer[])
    : undefined;
}

function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
