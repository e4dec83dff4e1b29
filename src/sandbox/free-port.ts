import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { Chance } from "../engine/ports/chance.ts";

/**
 * A port that is free on all these addresses, TCP and UDP, and is none of those taken. Below the
 * system's ephemeral ones, so that no outgoing connection takes it while a front is closed.
 */
export async function findFreePort(
  hosts: readonly string[],
  chance: Chance,
  taken: readonly number[] = [],
): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = LOWEST + Math.floor(chance.fraction() * (HIGHEST - LOWEST));
    const asked = hosts.flatMap((host) => [isTcpFree(host, port), isUdpFree(host, port)]);
    if (!taken.includes(port) && (await Promise.all(asked)).every(Boolean)) return port;
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
