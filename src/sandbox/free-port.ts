import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { Chance } from "../engine/ports/chance.ts";

/**
 * A port that is free on all these addresses, TCP and UDP. Below the system's ephemeral ports, so
 * that no outgoing connection takes it while a front that was killed is closed.
 */
export async function findFreePort(hosts: readonly string[], chance: Chance): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = LOWEST + Math.floor(chance.fraction() * (HIGHEST - LOWEST));
    const free = await Promise.all(
      hosts.flatMap((host) => [isTcpFree, isUdpFree].map((ask) => ask(host, port))),
    );
    if (free.every(Boolean)) return port;
  }
  throw new Error(`no free port on ${hosts.join(", ")} in ${MAX_TRIES} tries`);
}

const LOWEST = 20_000;
const HIGHEST = 32_000;
const MAX_TRIES = 100;

function isTcpFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

function isUdpFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => socket.close(() => resolve(false)));
    socket.bind(port, host, () => socket.close(() => resolve(true)));
  });
}
