import { GreenlightError } from "../../domain/errors.ts";
import { type HostPort, parseHostPort } from "../schema/host-port.ts";

/** A Redis, as `host:port`, and what it asks of whoever comes. */
export type RedisPlace = RedisAccess &
  (
    | { readonly mode: "standalone"; readonly address: string }
    /** `name`: what the sentinels call it. */
    | { readonly mode: "sentinel"; readonly sentinels: readonly string[]; readonly name: string }
    /** Some of its nodes. */
    | { readonly mode: "cluster"; readonly nodes: readonly string[] }
  );

export interface RedisAccess {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /** PEM of the authorities; empty: those of the system. Absent: in clear text. */
  readonly tls?: { readonly ca?: string | undefined } | undefined;
}

export function addressesOf(place: RedisPlace): readonly HostPort[] {
  if (place.mode === "standalone") return [parseHostPort(place.address)];
  return (place.mode === "sentinel" ? place.sentinels : place.nodes).map(parseHostPort);
}

/** For people: no password in it. */
export function nameOfPlace(place: RedisPlace): string {
  const hosts = addressesOf(place).map(({ host, port }) => `${host}:${port}`);
  return `Redis ${place.mode} at ${hosts.join(", ")}`;
}

/** Whoever writes to our Redis holds jobs up: throws GL_CONFIG where anyone on the network can. */
export function refuseOpenRedis(place: RedisPlace): void {
  const away = addressesOf(place).find(({ host }) => !isLoopbackHost(host));
  if (away === undefined || place.password) return;
  throw new GreenlightError(
    "GL_CONFIG",
    `${nameOfPlace(place)} is not on loopback: set a password`,
  );
}

export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
