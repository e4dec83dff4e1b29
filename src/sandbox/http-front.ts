import { createServer, type RequestListener } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext, TLSSocket, type TlsOptions } from "node:tls";
import { Front, type FrontOptions } from "./front.ts";
import { createOuterHandler, type OuterOptions } from "./outer-handler.ts";

export interface HttpFrontOptions extends FrontOptions, OuterOptions {
  /** With it the server speaks HTTPS: key, cert, and who may be a client. */
  readonly tls?: TlsOptions | undefined;
}

/** An HTTP(S) server behind a front and the outer handler. It does not listen yet. */
export function createHttpFront(inner: RequestListener, options: HttpFrontOptions): Front {
  const sources = new WeakMap<Duplex, string>();
  const outer = createOuterHandler(inner, options);
  const server = createServer((request, response) =>
    outer(request, response, sources.get(request.socket) ?? ""),
  );
  // Whoever waits for a held call waits as long as it takes.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  const { tls } = options;
  const secureContext = tls && createSecureContext(tls);
  return new Front(options, (channel) => {
    const stream = tls
      ? new TLSSocket(channel, { ...tls, isServer: true, secureContext })
      : channel;
    // A client that breaks off or speaks nonsense concerns nobody else.
    stream.on("error", () => channel.destroy());
    sources.set(stream, channel.remoteAddress);
    server.emit("connection", stream);
  });
}
