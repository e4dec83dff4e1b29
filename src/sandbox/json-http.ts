import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";

/** What a request of JSON over HTTP is answered. */
export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/** Serves one request. Whatever goes wrong in here is a 500, and the server goes on. */
export function sendReply(response: ServerResponse, reply: Promise<Reply>): void {
  reply.then(
    ({ status, json }) => send(response, status, json),
    (error: unknown) => send(response, 500, { error: "failed", detail: String(error) }),
  );
}

/** Gives the body to the handler if it is what the schema says, else answers 400 and why not. */
export async function withBody<S extends z.ZodType>(
  request: IncomingMessage,
  schema: S,
  handle: (body: z.output<S>) => Reply | Promise<Reply>,
): Promise<Reply> {
  const body = schema.safeParse(await readJson(request));
  return body.success ? await handle(body.data) : whyWrong(z.prettifyError(body.error));
}

/** Aborts when the client is gone, or has its answer. */
export function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

export function whyWrong(detail: string): Reply {
  return { status: 400, json: { error: "wrong", detail } };
}

/** Undefined when it is no JSON, or too long. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, json: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(json)}\n`);
}

const MAX_BODY_BYTES = 64 * 1024;
