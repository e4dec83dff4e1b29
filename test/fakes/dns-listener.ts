import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createDeframer, frame } from "../../src/adapters/dns-message/frame.ts";

/** Whoever answers one message; undefined: it never does. */
export type Answer = (
  message: Buffer,
  via: "udp" | "tcp",
  /** The address of whoever asks. */
  from: string,
) => Buffer | undefined | Promise<Buffer | undefined>;

/** Brings what comes to one free loopback port, over UDP and TCP, to who answers. */
export async function openDnsListener(answer: Answer) {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => connections.delete(socket));
    const reply = async (message: Buffer) => {
      const bytes = await answer(message, "tcp", socket.remoteAddress ?? "");
      if (bytes && !socket.destroyed) socket.write(frame(bytes));
    };
    const take = createDeframer((message) => {
      reply(message).catch(() => socket.destroy());
    });
    socket.on("data", (chunk: Buffer) => take(chunk));
  });
  const udp = createSocket("udp4");
  let open = true;
  const reply = async (message: Buffer, { address, port }: RemoteInfo) => {
    const bytes = await answer(message, "udp", address);
    if (bytes && open) udp.send(bytes, port, address);
  };
  udp.on("message", (message, from) => {
    reply(message, from).catch(() => undefined);
  });
  server.listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  udp.bind(port, HOST);
  await once(udp, "listening");
  return {
    /** As in a configuration's `servers`. */
    text: `${HOST}:${port}`,
    port,
    close: async () => {
      open = false;
      udp.close();
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const HOST = "127.0.0.1";
