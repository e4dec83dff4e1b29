import { setMaxListeners } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GreenlightError } from "../domain/errors.ts";
import { createApp } from "./app.ts";
import type { ApiTools } from "./serve.ts";

export interface ApiServer {
  /** Such as `http://127.0.0.1:8460`. */
  readonly url: string;
  /** Takes no more requests, answers those that wait, and settles when all are answered. */
  close(): Promise<void>;
}

/** Serves the API at an address of this machine. Rejects with GL_LISTEN when that can't be had. */
export async function startApi(
  { host, port }: { readonly host: string; readonly port: number },
  tools: Omit<ApiTools, "signal">,
): Promise<ApiServer> {
  const stop = new AbortController();
  // Each request listens for it, and takes its listener back: Node need not warn of a leak.
  setMaxListeners(0, stop.signal);
  const server = createServer(LIMITS, createApp({ ...tools, signal: stop.signal }));
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, host, port);
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve, reject) => {
        stop.abort(new GreenlightError("GL_UNREACHABLE", "the server is stopping"));
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
        // Who does not read what is on its way to him can't keep us.
        tools.clock.timeout(LEFT_MS).addEventListener("abort", () => server.closeAllConnections());
      }),
  };
}

/** A client that sends slowly, or much, costs a connection for so long and no more. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16 * 1024,
};
const MAX_CONNECTIONS = 1_000;
const LEFT_MS = 3_000;

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(new GreenlightError("GL_LISTEN", `${host}:${port}: ${error.message}`, error));
    server.once("error", refuse);
    server.listen({ host, port }, () => {
      server.removeListener("error", refuse);
      resolve();
    });
  });
}
