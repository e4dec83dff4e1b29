import type { JsonObject } from "../../domain/json.ts";
import { groupResourceOf, type Resource } from "./resource.ts";

/** A refusal in the API server's own words. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: JsonObject & { readonly code: number };

  constructor(code: number, reason: string, message: string, details: JsonObject = {}) {
    super(message);
    const failure = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message };
    this.status = { ...failure, ...(reason && { reason }), details, code };
  }
}

/** One field that is wrong, as `details.causes` names it. */
export interface Cause {
  readonly reason: "FieldValueInvalid" | "FieldValueRequired";
  readonly field: string;
  readonly message: string;
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** The path names nothing that this server has. */
export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource");
}

export function notFound(resource: Resource, name: string): StatusError {
  const message = `${groupResourceOf(resource)} "${name}" not found`;
  return new StatusError(404, "NotFound", message, named(resource, name));
}

export function alreadyExists(resource: Resource, name: string): StatusError {
  const message = `${groupResourceOf(resource)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, named(resource, name));
}

export function conflict(resource: Resource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${groupResourceOf(resource)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, named(resource, name));
}

export function invalid(resource: Resource, name: string, causes: readonly Cause[]): StatusError {
  const { group, kind } = resource;
  const told = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = told.length === 1 ? told.join() : `[${told.join(", ")}]`;
  const message = `${group === "" ? kind : `${kind}.${group}`} "${name}" is invalid: ${list}`;
  const details = { ...named(resource, name), kind, causes: causes.map((cause) => ({ ...cause })) };
  return new StatusError(422, "Invalid", message, details);
}

/** The patch can't be applied: 422 also for a failed `test`, and no word of why, as the real one. */
export function unprocessable(
  message = "the server rejected our request due to an error in our request",
): StatusError {
  return new StatusError(422, "Invalid", message);
}

/** It can be applied, and what it makes has the wrong type: unlike the other it says where. */
export function invalidPatch(why: string): StatusError {
  const message = `Invalid value: ${why}`;
  const causes = [{ reason: "FieldValueInvalid", message, field: "patch" }];
  return new StatusError(422, "Invalid", ` "" is invalid: patch: ${message}`, { causes });
}

export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError(405, "MethodNotAllowed", message);
}

export function notAcceptable(): StatusError {
  const message = "only the following media types are accepted: application/json";
  return new StatusError(406, "NotAcceptable", message);
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const what = `accepted media types include: ${accepted.join(", ")}`;
  const message = `the body of the request was in an unknown format - ${what}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

export function tooLarge(bytes: number): StatusError {
  const message = `Request entity too large: limit is ${bytes}`;
  return new StatusError(413, "RequestEntityTooLarge", message);
}

/** The client must list again. */
export function expired(asked: number, oldest: number): StatusError {
  return new StatusError(410, "Expired", `too old resource version: ${asked} (${oldest})`);
}

/** The client has seen the future: another life of this cluster. */
export function tooNew(asked: number, current: number): StatusError {
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  const message = `Too large resource version: ${asked}, current: ${current}`;
  return new StatusError(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}

/** What to answer for anything that was thrown. */
export function statusOf(error: unknown): StatusError["status"] {
  if (isStatusError(error)) return error.status;
  const why = error instanceof Error ? error.message : String(error);
  return new StatusError(500, "InternalError", `Internal error occurred: ${why}`).status;
}

function isStatusError(error: unknown): error is StatusError {
  return error instanceof Error && error.name === "StatusError" && "status" in error;
}

function named({ group, plural }: Resource, name: string): JsonObject {
  return { name, ...(group && { group }), kind: plural };
}
