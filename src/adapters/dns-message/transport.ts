import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { GreenlightError } from "../../domain/errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { createDeframer, frame } from "./frame.ts";

/** One message out, one back. Rejects with GL_UNREACHABLE, or with the signal's reason. */
export interface Exchange {
  readonly server: Endpoint;
  /** Asks from this address of ours. */
  readonly localAddress?: string | undefined;
  readonly signal: AbortSignal;
  /** Is it the answer to what was sent? Over UDP all else is ignored; over TCP it is an error. */
  readonly isAnswer: (bytes: Buffer) => boolean;
}

export function exchangeUdp(message: Buffer, exchange: Exchange): Promise<Buffer> {
  const { server, localAddress, signal, isAnswer } = exchange;
  return new Promise<Buffer>((resolve, reject) => {
    signal.throwIfAborted();
    const socket = createSocket(isIPv6(server.host) ? "udp6" : "udp4");
    const abort = () => end(() => reject(signal.reason));
    const fail = (error: Error) => end(() => reject(unreachable(server, error)));
    let open = true;
    const end = (settle: () => void) => {
      if (!open) return;
      open = false;
      signal.removeEventListener("abort", abort);
      socket.close();
      settle();
    };
    signal.addEventListener("abort", abort, { once: true });
    socket.on("error", fail);
    socket.on("message", (bytes) => {
      if (isAnswer(bytes)) end(() => resolve(bytes));
    });
    // A connected socket takes datagrams from that server alone, and learns that nobody listens.
    socket.bind(0, localAddress, () => socket.connect(server.port, server.host));
    socket.once("connect", () => socket.send(message));
  });
}

export function exchangeTcp(message: Buffer, exchange: Exchange): Promise<Buffer> {
  const { server, localAddress, signal, isAnswer } = exchange;
  return new Promise<Buffer>((resolve, reject) => {
    signal.throwIfAborted();
    const { host, port } = server;
    const socket = connect({ host, port, ...(localAddress && { localAddress }) });
    const abort = () => end(() => reject(signal.reason));
    const fail = (error: Error) => end(() => reject(unreachable(server, error)));
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", abort);
      socket.destroy();
      settle();
    };
    const take = (bytes: Buffer) => {
      if (isAnswer(bytes)) end(() => resolve(bytes));
      else fail(new Error("it answered something else"));
    };
    signal.addEventListener("abort", abort, { once: true });
    socket.setNoDelay(true);
    socket.on("error", fail);
    socket.once("close", () => fail(new Error("it closed the connection")));
    socket.on("data", createDeframer(take));
    socket.write(frame(message));
  });
}

function unreachable(server: Endpoint, cause: Error): GreenlightError {
  return new GreenlightError("GL_UNREACHABLE", `${server.text}: ${cause.message}`, cause);
}
