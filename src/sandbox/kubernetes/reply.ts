import type { IncomingMessage, ServerResponse } from "node:http";
import type { Json, JsonObject } from "../../domain/json.ts";
import { badRequest, statusOf, tooLarge, unsupportedMediaType } from "./status.ts";

export function sendJson(response: ServerResponse, code: number, body: JsonObject): void {
  send(response, code, { type: "application/json", text: JSON.stringify(body) });
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  send(response, code, { type: "text/plain; charset=utf-8", text });
}

/** The refusal for whatever was thrown; once an answer has begun, it can only be cut. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = statusOf(error);
  sendJson(response, status.code, status);
}

/** The request's whole body as JSON; undefined when there is none. */
export async function readBody(
  request: IncomingMessage,
  { mediaType, accepted }: { readonly mediaType: string; readonly accepted: readonly string[] },
): Promise<Json | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  if (!accepted.includes(mediaType)) throw unsupportedMediaType(accepted);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Json;
  } catch (error) {
    throw badRequest(`error decoding the body: ${String(error)}`);
  }
}

function send(
  response: ServerResponse,
  code: number,
  { type, text }: { readonly type: string; readonly text: string },
): void {
  const length = Buffer.byteLength(text);
  response.writeHead(code, {
    "content-type": type,
    "content-length": length,
    "cache-control": "no-cache, private",
  });
  response.end(text);
}

/** As the real server's limit. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;
