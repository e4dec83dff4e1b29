import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import { oneLine } from "../one-line.ts";
import { type Route, route } from "../route.ts";

const openBody = z.strictObject({
  application: z.string().min(1).max(50),
  kind: z.string().min(1).max(40),
  reason: oneLine.optional(),
});

const listQuery = z.strictObject({
  application: z.string().min(1).max(50).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Operations: open one, follow it, and answer one that is held. */
export const operationRoutes: readonly Route[] = [
  route({
    method: "post",
    path: "/v1/operations",
    role: "operator",
    body: openBody,
    answer: async ({ control, caller, body, header }) => {
      const { application, kind, reason = `asked for by ${caller.owner}` } = body;
      const idempotencyKey = keyOf(header("idempotency-key"));
      const request = { application, kind, reason, idempotencyKey, by: caller.owner };
      return { status: 202, json: await control.open(request) };
    },
  }),
  route({
    method: "post",
    path: "/v1/operations/:id/approve",
    role: "approver",
    answer: async ({ control, caller, params }) => ({
      status: 202,
      json: await control.approve(params["id"] ?? "", caller.owner),
    }),
  }),
  route({
    method: "post",
    path: "/v1/operations/:id/rollback",
    role: "operator",
    body: z.strictObject({ reason: oneLine.optional() }),
    answer: async ({ control, caller, params, body, header }) => {
      const operation = params["id"] ?? "";
      const { reason = `takes back ${operation}` } = body;
      const idempotencyKey = keyOf(header("idempotency-key"));
      const request = { operation, reason, idempotencyKey, by: caller.owner };
      return { status: 202, json: await control.rollback(request) };
    },
  }),
  route({
    method: "get",
    path: "/v1/operations",
    role: "viewer",
    query: listQuery,
    answer: async ({ control, query: { application, limit } }) => {
      const filter = { limit, ...(application !== undefined && { application }) };
      return { json: { operations: await control.operations(filter) } };
    },
  }),
  route({
    method: "get",
    path: "/v1/operations/:id",
    role: "viewer",
    answer: async ({ control, params }) => ({ json: await control.operation(params["id"] ?? "") }),
  }),
  route({
    method: "get",
    path: "/v1/operations/:id/report",
    role: "viewer",
    answer: async ({ control, params }) => ({ json: await control.report(params["id"] ?? "") }),
  }),
  route({
    method: "post",
    path: "/v1/operations/:id/abort",
    role: "operator",
    answer: async ({ control, caller, params }) => {
      await control.abort(params["id"] ?? "", caller.owner);
      return { status: 202, json: {} };
    },
  }),
  route({
    method: "post",
    path: "/v1/operations/:id/resume",
    role: "operator",
    answer: async ({ control, caller, params }) => {
      await control.resume(params["id"] ?? "", caller.owner);
      return { status: 202, json: {} };
    },
  }),
];

/** The header, checked. Throws GL_INVALID. */
export function keyOf(header: string | undefined): string {
  if (header !== undefined && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new GreenlightError(
    "GL_INVALID",
    "the header Idempotency-Key must be there: 1 to 200 printable characters, new for each intent",
  );
}
