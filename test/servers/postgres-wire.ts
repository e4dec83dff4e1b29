import { connect, type Socket } from "node:net";
import { openTcpServer } from "../fakes/tcp-server.ts";

/** What lies between a client and a server on loopback, and reads what the client says. */
export async function openPostgresWire(port: number) {
  let onStatement: ((text: string) => Promise<void>) | undefined;
  let isCut = false;
  const server = await openTcpServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: "127.0.0.1", port });
    const end = (...sockets: readonly Socket[]) => {
      for (const socket of sockets) socket.destroy();
    };
    upstream.on("error", () => end(client)).on("close", () => end(client));
    client.on("close", () => end(upstream));
    upstream.on("data", (chunk) => client.write(chunk));
    let said = Promise.resolve();
    client.on("data", (chunk) => {
      said = said.then(async () => {
        await onStatement?.(chunk.toString("latin1"));
        upstream.write(chunk);
      });
    });
  });
  const meet = (pattern: string, deed: () => Promise<void>) => {
    onStatement = async (text) => {
      if (text.includes(pattern)) await deed();
    };
  };
  return {
    port: server.port,
    /** Does it when such a statement is on its way, and lets it pass then. Once. */
    before: (pattern: string, deed: () => Promise<void>) =>
      meet(pattern, async () => {
        onStatement = undefined;
        await deed();
      }),
    /** Such statements don't arrive any more. Resolves at the first. */
    swallow: (pattern: string) =>
      new Promise<void>((arrived) => {
        meet(pattern, () => {
          arrived();
          return new Promise(() => undefined);
        });
      }),
    /** Ends all connections, and takes no new one. */
    cut: () => {
      isCut = true;
      for (const socket of server.sockets) socket.destroy();
    },
    close: server.close,
  };
}

export type PostgresWire = Awaited<ReturnType<typeof openPostgresWire>>;
