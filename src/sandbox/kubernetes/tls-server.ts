import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { ServerIdentity } from "./certificate-authority.ts";

/**
 * An HTTPS server that doesn't listen: give it connections with `server.emit("connection", socket)`.
 * Kept connections stay until the client or the owner of the sockets ends them. `outer` stands
 * between the server and the handler.
 */
export function createTlsServer(
  handler: RequestListener,
  {
    identity,
    outer = (inner) => inner,
  }: {
    readonly identity: ServerIdentity;
    readonly outer?: (handler: RequestListener) => RequestListener;
  },
): Server {
  const server = createServer({ ...identity, ALPNProtocols: ["http/1.1"] }, outer(handler));
  server.keepAliveTimeout = 0;
  return server;
}
