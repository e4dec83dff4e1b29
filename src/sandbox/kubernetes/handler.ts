import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { answerWrite } from "./answer-write.ts";
import { renderDiscovery } from "./discovery.ts";
import { mediaTypeOf } from "./media-type.ts";
import { renderOpenApi } from "./openapi.ts";
import { PATCH_TYPES } from "./patch.ts";
import { answerRead, type ReadTools } from "./read.ts";
import { readBody, sendError, sendJson, sendText } from "./reply.ts";
import { routeOf } from "./route.ts";
import { APPLY_TYPE } from "./server-side-apply.ts";
import { methodNotAllowed, noSuchResource, StatusError } from "./status.ts";

export interface HandlerOptions extends ReadTools {
  /** What `Authorization: Bearer` must carry, but for health and version. */
  readonly token: string;
}

/** The API server over one world. Every request is answered; a write takes effect at one moment. */
export function createHandler(options: HandlerOptions): RequestListener {
  return (request, response) => {
    answer(options, request, response).catch((error: unknown) => sendError(response, error));
  };
}

async function answer(
  options: HandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "https://sandbox.invalid");
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, "") : url.pathname;
  const isPublic = HEALTH.has(path) || path === "/version";
  if (!isAllowed(request, options.token, isPublic)) throw unauthorized();
  if (HEALTH.has(path)) return sendText(response, 200, "ok");
  const document = renderDiscovery(path) ?? renderOpenApi(path);
  if (document) {
    if (request.method !== "GET") throw methodNotAllowed();
    return sendJson(response, 200, document);
  }
  if (!path.startsWith("/api/") && !path.startsWith("/apis/")) throw noSuchResource();
  const route = routeOf(path);
  const call = { route, query: url.searchParams };
  if (request.method === "GET")
    return answerRead(options, { ...call, accept: request.headers.accept }, response);
  const { method = "" } = request;
  const mediaType = mediaTypeOf(request.headers["content-type"]) || "application/json";
  const accepted = method === "PATCH" ? [...PATCH_TYPES, APPLY_TYPE] : ["application/json"];
  const body = await readBody(request, { mediaType, accepted });
  const { code, object } = answerWrite(options.world, { ...call, method, mediaType, body });
  sendJson(response, code, object);
}

function isAllowed({ headers }: IncomingMessage, token: string, isPublic: boolean): boolean {
  if (headers.authorization === undefined) return isPublic;
  const [given, wanted] = [Buffer.from(headers.authorization), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function unauthorized(): StatusError {
  return new StatusError(401, "Unauthorized", "Unauthorized");
}

const HEALTH: ReadonlySet<string> = new Set(["/healthz", "/livez", "/readyz"]);
