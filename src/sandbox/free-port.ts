import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { Chance } from "../engine/ports/chance.ts";

export interface PortWish {
  /** None of these. */
  readonly taken?: readonly number[];
  /** From the one to below the other. */
  readonly range?: readonly [number, number];
}

/**
 * A port that is free on all these addresses, TCP and UDP. Below the system's ephemeral ones, so that
 * no outgoing connection takes it while a front is closed.
 */
export async function findFreePort(
  hosts: readonly string[],
  chance: Chance,
  { taken = [], range: [lowest, highest] = RANGE }: PortWish = {},
): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = lowest + Math.floor(chance.fraction() * (highest - lowest));
    const asked = hosts.flatMap((host) => [isTcpFree(host, port), isUdpFree(host, port)]);
    if (!taken.includes(port) && (await Promise.all(asked)).every(Boolean)) return port;
  }
  throw new Error(`no free port on ${hosts.join(", ")} in ${MAX_TRIES} tries`);
}

const RANGE = [20_000, 32_000] as const;
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
