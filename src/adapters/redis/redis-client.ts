import { Cluster, Redis, type RedisOptions } from "ioredis";
import { addressesOf, type RedisPlace, refuseOpenRedis } from "./redis-place.ts";

type RedisClient = Redis | Cluster;

/**
 * A connection that comes back by itself. What is asked of an `asking` one while there is none is
 * refused at once; of a `waiting` one it waits until there is one, as subscribers and BullMQ's
 * workers need it. Its errors are told to `onError`, none is thrown from behind.
 */
export function createRedis(
  place: RedisPlace,
  { use, onError }: { readonly use: "asking" | "waiting"; readonly onError: (e: Error) => void },
): RedisConnection {
  refuseOpenRedis(place);
  const all: RedisClient[] = [];
  const closed = new AbortController();
  const settings = { use, backoffMs: (times: number) => backoffMs(times, closed.signal) };
  const client = place.mode === "cluster" ? clusterOf(place, settings) : singleOf(place, settings);
  // Before anybody else hears of it.
  client.on("error", dropCommand);
  client.on("error", onError);
  all.push(client);
  // BullMQ makes one of its own to wait by, and does not always find the way to end it.
  const duplicate = client.duplicate.bind(client) as (...args: unknown[]) => RedisClient;
  const kept = (...args: unknown[]) => {
    const copy = duplicate(...args);
    copy.on("error", dropCommand);
    all.push(copy);
    return copy;
  };
  Object.assign(client, { duplicate: kept });
  const close = () => {
    closed.abort();
    for (const one of all) one.disconnect();
  };
  return { client, close };
}

export interface RedisConnection {
  readonly client: RedisClient;
  /** At once; its duplicates too. */
  close(): void;
}

interface Settings {
  readonly use: "asking" | "waiting";
  readonly backoffMs: (times: number) => number | null;
}

function singleOf(
  place: Exclude<RedisPlace, { readonly mode: "cluster" }>,
  { use, backoffMs }: Settings,
): Redis {
  const [first] = addressesOf(place);
  const options: Omit<RedisOptions, "replyMapping"> = {
    ...optionsOf(place, use),
    retryStrategy: backoffMs,
    enableOfflineQueue: use === "waiting",
    // Who subscribes does it again himself: a refusal of ioredis' own attempt is thrown from behind.
    autoResubscribe: false,
  };
  if (place.mode === "standalone") return new Redis({ ...options, ...first });
  return new Redis({
    ...options,
    name: place.name,
    sentinels: [...addressesOf(place)],
    sentinelRetryStrategy: backoffMs,
    sentinelCommandTimeout: CONNECTED_WITHIN_MS,
    // No failoverDetector: with it a subscriber was lost for good at one failover in six (ioredis
    // 6.0.0), and its own connections stay. Sentinel cuts off whoever is at a former primary.
    ...(place.sentinelPassword && { sentinelPassword: place.sentinelPassword }),
    ...(place.tls && { enableTLSForSentinelMode: true, sentinelTLS: tlsOf(place.tls) }),
  });
}

function clusterOf(place: RedisPlace, { use, backoffMs }: Settings): Cluster {
  return new Cluster([...addressesOf(place)], {
    redisOptions: optionsOf(place, use),
    clusterRetryStrategy: backoffMs,
    enableOfflineQueue: use === "waiting",
    retryDelayOnFailover: 200,
    retryDelayOnClusterDown: 200,
    slotsRefreshTimeout: CONNECTED_WITHIN_MS,
    slotsRefreshInterval: 5000,
  });
}

function optionsOf({ username, password, tls }: RedisPlace, use: Settings["use"]) {
  return {
    connectTimeout: CONNECTED_WITHIN_MS,
    keepAlive: 5000,
    // BullMQ accepts nothing but null for its workers.
    maxRetriesPerRequest: use === "waiting" ? null : 0,
    // A hung server looks like a slow one: the socket is given up. A worker waits up to 10 s.
    socketTimeout: use === "waiting" ? 15_000 : 3000,
    // What was a primary answers so once it is none: look for the new one, and ask that.
    reconnectOnError: (error: Error) => (error.message.startsWith("READONLY") ? 2 : false),
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls: tlsOf(tls) }),
  } satisfies RedisOptions;
}

/** It holds all that was sent: of the command that lets us in, the password. */
function dropCommand(error: Error): void {
  if ("command" in error) delete error.command;
  // Of a cluster: what the last of its nodes said.
  if ("lastNodeError" in error && error.lastNodeError instanceof Error)
    dropCommand(error.lastNodeError);
}

function tlsOf({ ca }: NonNullable<RedisPlace["tls"]>) {
  return ca ? { ca } : {};
}

/** 50 ms, 100, 200 and so on, never more than a second; null: never again. */
function backoffMs(times: number, closed: AbortSignal): number | null {
  if (closed.aborted) return null;
  return Math.min(50 * 2 ** Math.min(times - 1, 10), 1000);
}

const CONNECTED_WITHIN_MS = 2000;
