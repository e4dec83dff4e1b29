import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { GreenlightError } from "../../domain/errors.ts";
import { MAX_TEXT_BYTES } from "./carrier.ts";

/** An ear for signals that others POST while the Redis is away. */
export interface SignalListener {
  /** Such as `http://127.0.0.1:8470`. */
  readonly url: string;
  receive(listener: (text: string) => void): () => void;
  /**
   * Has a text at hand for those who tell us something and hear nothing elsewhere: they get the last
   * ones with each answer, and know by its id what they got before. What is too large is left out.
   */
  offer(text: string): void;
  close(): Promise<void>;
}

/** The header of who wants to hear in the answer. Who does not send it knows of no such answers. */
export const HEARS_HERE = "greenlight-hears-here";

/** Rejects with GL_LISTEN when the address can't be had, GL_CONFIG when the token is no secret. */
export async function startSignalListener({
  host = "127.0.0.1",
  port,
  token,
}: {
  readonly host?: string;
  readonly port: number;
  /** Shared with whoever may tell us. */
  readonly token: string;
}): Promise<SignalListener> {
  if (token.length < MIN_TOKEN_LENGTH)
    throw new GreenlightError("GL_CONFIG", `the bus's token is shorter than ${MIN_TOKEN_LENGTH}`);
  const listeners = new Set<(text: string) => void>();
  const expected = digest(`Bearer ${token}`);
  let offered: readonly string[] = [];
  const server = createServer(LIMITS, (request, response) => {
    // Who sends what we don't want to read loses his connection.
    const refuse = (status: number): void => {
      response.writeHead(status, { connection: "close" }).end();
    };
    const status = whyNot(request, expected);
    if (status !== undefined) return refuse(status);
    readBody(request).then(
      (text) => {
        if (text === undefined) return refuse(413);
        if (offered.length === 0 || !(HEARS_HERE in request.headers)) response.writeHead(204).end();
        else response.writeHead(200, JSON_TYPE).end(`[${offered.join(",")}]`);
        for (const listener of listeners) listener(text);
      },
      () => response.destroy(),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen({ host, port });
  await once(server, "listening").catch((error: Error) => {
    throw new GreenlightError("GL_LISTEN", `${host}:${port}: ${error.message}`, error);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    receive: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    offer: (text) => {
      if (Buffer.byteLength(text) <= MAX_OFFERED_BYTES)
        offered = [...offered, text].slice(-MAX_OFFERED);
    },
    async close() {
      listeners.clear();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function whyNot({ method, url, headers }: IncomingMessage, expected: Buffer): number | undefined {
  if (!timingSafeEqual(digest(headers.authorization ?? ""), expected)) return 401;
  if (url !== "/signals") return 404;
  if (method !== "POST") return 405;
  return Number(headers["content-length"] ?? 0) > MAX_TEXT_BYTES ? 413 : undefined;
}

/** Undefined: it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** All of one length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

const MIN_TOKEN_LENGTH = 16;
const MAX_CONNECTIONS = 200;
/** All of them are less than who tells us something would read. */
const MAX_OFFERED = 32;
const MAX_OFFERED_BYTES = 1_800;
const JSON_TYPE = { "content-type": "application/json" };
const LIMITS = {
  headersTimeout: 2000,
  requestTimeout: 2000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 4 * 1024,
};
