import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { type Hearer, MAX_TEXT_BYTES } from "./carrier.ts";
import { createSignalOffers } from "./signal-offers.ts";

/** An ear for signals that others POST while the Redis is away. */
export interface SignalListener {
  /** Such as `http://127.0.0.1:8470`. */
  readonly url: string;
  receive(listener: Hearer): () => void;
  /**
   * Has a text at hand for those who tell us something and hear nothing elsewhere: they get the last
   * ones with each answer, and know what they got before. What is too large is left out.
   */
  offer(text: string): void;
  close(): Promise<void>;
}

/** The header of who wants to hear in the answer. */
export const HEARS_HERE = "greenlight-hears-here";

/** What is answered to one of ours. */
export const listenerAnswer = z.object({
  isNews: z.boolean(),
  /** What was offered. */
  texts: z.array(z.unknown()),
});
export type ListenerAnswer = z.output<typeof listenerAnswer>;

/**
 * Asks for no secret, which would cross the network in clear: a text that is sealed says who sent it,
 * and whoever sends another one is answered 401. Rejects with GL_LISTEN when the address can't be had.
 */
export async function startSignalListener({
  host = "127.0.0.1",
  port,
  clock,
}: {
  readonly host?: string;
  readonly port: number;
  readonly clock: Pick<Clock, "monotonicMs">;
}): Promise<SignalListener> {
  const listeners = new Set<Hearer>();
  const offers = createSignalOffers(clock);
  const server = createServer(LIMITS, (request, response) => {
    // Who sends what we don't want to read loses his connection.
    const refuse = (status: number): void => {
      response.writeHead(status, { connection: "close" }).end();
    };
    const status = whyNot(request);
    if (status !== undefined) return refuse(status);
    readBody(request).then(
      (text) => {
        if (text === undefined) return refuse(413);
        const said = [...listeners].map((listener) => listener(text));
        if (said.length === 0) return refuse(503);
        if (said.includes("refused")) return refuse(401);
        const texts = HEARS_HERE in request.headers ? offers.fresh() : [];
        const body = `{"isNews":${said.includes("news")},"texts":[${texts.join(",")}]}`;
        response.writeHead(200, JSON_TYPE).end(body);
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
    offer: (text) => offers.add(text),
    async close() {
      listeners.clear();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function whyNot({ method, url, headers }: IncomingMessage): number | undefined {
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

const MAX_CONNECTIONS = 200;
const JSON_TYPE = { "content-type": "application/json" };
const LIMITS = {
  headersTimeout: 2000,
  requestTimeout: 2000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 4 * 1024,
};
