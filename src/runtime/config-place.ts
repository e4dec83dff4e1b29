import { resolve } from "node:path";
import type { RedisPlace } from "../adapters/redis/redis-place.ts";
import type { Keys } from "../adapters/seal/keyring.ts";
import type { PostgresPlace } from "../adapters/storage/postgres-place.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { Config } from "./config.ts";
import type { ConfigOutput } from "./config-schema.ts";
import type { RedisWay } from "./config-storage.ts";

export type StorageConfig = ConfigOutput["storage"];

/** Paths are absolute. */
export function resolveStorage(storage: StorageConfig, directory: string): StorageConfig {
  return storage.driver === "embedded"
    ? { ...storage, directory: resolve(directory, storage.directory) }
    : { ...storage, spool: resolve(directory, storage.spool) };
}

/** The directory of a process that needs no other. Throws GL_CONFIG where they share a database. */
export function ownDirectory({ file, storage }: Pick<Config, "file" | "storage">): string {
  if (storage.driver === "embedded") return storage.directory;
  const why = "storage on a server is for processes that share it, and not for serve";
  throw new GreenlightError("GL_CONFIG", `${file}: ${why}: start pipeline, probe and api`);
}

/** What processes share that share nothing else. Throws GL_CONFIG where storage is embedded. */
export function sharedParts({ file, storage, queue, bus }: Config) {
  if (storage.driver === "postgres" && queue && bus) return { storage, queue, bus };
  const why = "storage is embedded, which one `greenlight serve` uses alone";
  throw new GreenlightError("GL_CONFIG", `${file}: ${why}: processes share storage on postgres`);
}

/** Throws GL_CONFIG, also where the password went away. */
export function postgresPlace(config: Config): PostgresPlace {
  const { host: address, database, user, secretRef, tls } = sharedParts(config).storage;
  const password = secretRef === undefined ? {} : { password: config.secret(secretRef) };
  return { address, database, user, ...password, ...(tls === "verify" && { tls: {} }) };
}

/** Absent: it is in the storage's database. Throws GL_CONFIG as `postgresPlace` does. */
export function queuePlace(config: Config): RedisPlace | undefined {
  const { queue } = sharedParts(config);
  return queue.driver === "redis" ? toPlace(queue, config) : undefined;
}

/** Its own, or the queue's. Throws GL_CONFIG as `postgresPlace` does. */
export function busPlace(config: Config): RedisPlace {
  const { redis } = sharedParts(config).bus;
  const place = redis ? toPlace(redis, config) : queuePlace(config);
  if (place) return place;
  throw new GreenlightError("GL_CONFIG", `${config.file}: the bus has no redis`);
}

/** What the vantages stand in, each in a process of its own. */
export function failureDomainsOf({ vantages }: Pick<Config, "vantages">): number {
  return new Set(vantages.map(({ failureDomain }) => failureDomain)).size;
}

function toPlace(way: RedisWay, config: Pick<Config, "secret">): RedisPlace {
  const { user: username, secretRef, tls } = way;
  const access = {
    ...(username !== undefined && { username }),
    ...(secretRef !== undefined && { password: config.secret(secretRef) }),
    ...(tls === "verify" && { tls: {} }),
  };
  if (way.mode === "standalone") return { ...access, mode: way.mode, address: way.address };
  if (way.mode === "cluster") return { ...access, mode: way.mode, nodes: way.nodes };
  const { mode, sentinels, name, sentinelSecretRef } = way;
  const sentinelPassword =
    sentinelSecretRef === undefined ? {} : { sentinelPassword: config.secret(sentinelSecretRef) };
  return { ...access, ...sentinelPassword, mode, sentinels, name };
}

/** What it is sealed with, and while that is changed what else is accepted. Throws GL_CONFIG. */
export function sealingKeys(
  { secretRef, acceptedSecretRef }: SealedWith,
  { secret }: Pick<Config, "secret">,
): Keys {
  const own = secret(secretRef);
  return acceptedSecretRef === undefined ? [own] : [own, secret(acceptedSecretRef)];
}

interface SealedWith {
  readonly secretRef: string;
  readonly acceptedSecretRef?: string | undefined;
}
