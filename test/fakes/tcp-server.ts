import { type AddressInfo, createServer, type Socket } from "node:net";

/** A server on a free port of 127.0.0.1 that can die and hang like a process. */
export async function openTcpServer(serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const froms: string[] = [];
  const listener = createServer((socket) => {
    sockets.add(socket);
    froms.push(socket.remoteAddress ?? "");
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const stop = async (end: (socket: Socket) => void) => {
    const closed = new Promise((resolve) => listener.close(resolve));
    for (const socket of sockets) end(socket);
    await closed;
  };
  return {
    port: (listener.address() as AddressInfo).port,
    /** The address that each connection came from. */
    froms,
    sockets,
    /** Connections are reset, and refused from now on. */
    kill: () => stop((socket) => socket.resetAndDestroy()),
    close: () => stop((socket) => socket.destroy()),
  };
}
