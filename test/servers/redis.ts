import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import { eventually } from "../fakes/until.ts";
import { freePort } from "./free-port.ts";

import { findProgram, Restartable } from "./restartable.ts";

export interface RedisServer {
  readonly address: string;
  readonly port: number;
  readonly process: Restartable;
  readonly place: RedisPlace;
  /** A client of it, which the caller ends. */
  connect(): Redis;
  /** Asks it anything. */
  ask(command: string, ...args: readonly string[]): Promise<unknown>;
  /** Settles when it answers. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export const REDIS_PASSWORD = "a password of the tests";

/** One Redis with an append-only file, on loopback, in a scratch directory. */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  const binary = findProgram("redis-server", "apt-get install -y redis-server");
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), "redis-"));
  const address = `127.0.0.1:${port}`;
  const settings = [
    `--port ${port} --bind 127.0.0.1 --dir ${directory} --appendonly yes`,
    "--appendfsync always --maxmemory-policy noeviction --save",
  ];
  const words = settings.flatMap((line) => line.split(" "));
  const password = ["--requirepass", REDIS_PASSWORD, "--masterauth", REDIS_PASSWORD];
  const own = new Restartable(binary, [...words, "", ...password, ...args]);
  const ask = (command: string, ...rest: readonly string[]) => askRedis(port, command, rest);
  const start = async () => {
    own.start();
    await answers(own, async () => (await ask("PING")) === "PONG");
  };
  await start();
  return {
    address,
    port,
    process: own,
    place: { mode: "standalone", address, password: REDIS_PASSWORD },
    connect: () => new Redis({ port, password: REDIS_PASSWORD }),
    ask,
    start,
    async close() {
      await own.kill();
      await rm(directory, { recursive: true });
    },
  };
}

/** A primary and a replica, watched by one sentinel that decides alone. */
export async function startSentinel() {
  const binary = findProgram("redis-sentinel", "apt-get install -y redis-sentinel");
  const primary = await startRedis();
  const replica = await startRedis(["--replicaof", "127.0.0.1", `${primary.port}`]);
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), "sentinel-"));
  const file = join(directory, "sentinel.conf");
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${directory}`,
    `sentinel monitor ${SENTINEL_NAME} 127.0.0.1 ${primary.port} 1`,
    `sentinel auth-pass ${SENTINEL_NAME} "${REDIS_PASSWORD}"`,
    `sentinel down-after-milliseconds ${SENTINEL_NAME} 1000`,
    `sentinel failover-timeout ${SENTINEL_NAME} 3000`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  const own = new Restartable(binary, [file]);
  own.start();
  const sentinels = [`127.0.0.1:${port}`];
  const knowsReplica = async () =>
    JSON.stringify(await askRedis(port, "SENTINEL", ["REPLICAS", SENTINEL_NAME], "")).includes(
      `${replica.port}`,
    );
  await answers(own, knowsReplica);
  const place: RedisPlace = {
    mode: "sentinel",
    sentinels,
    name: SENTINEL_NAME,
    password: REDIS_PASSWORD,
  };
  const close = async () => {
    await own.kill();
    for (const server of [primary, replica]) await server.close();
    await rm(directory, { recursive: true });
  };
  return { primary, replica, place, close };
}

/** Three primaries that share the slots. */
export async function startCluster() {
  const options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const nodes: RedisServer[] = [];
  const buses: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    // By itself it takes a port that is 10,000 higher, which may be anybody's.
    const bus = await freePort();
    buses.push(bus);
    nodes.push(await startRedis([...options, "--cluster-port", `${bus}`]));
  }
  for (const [i, node] of nodes.entries()) {
    const [from, to] = RANGES[i] ?? ["0", "0"];
    await node.ask("CLUSTER", "ADDSLOTSRANGE", from, to);
    for (const [at, { port }] of nodes.entries())
      await node.ask("CLUSTER", "MEET", "127.0.0.1", `${port}`, `${buses[at]}`);
  }
  const isWhole = async (node: RedisServer) =>
    String(await node.ask("CLUSTER", "INFO")).includes("cluster_state:ok");
  for (const node of nodes) await eventually(() => isWhole(node), { withinMs: 20_000 });
  const place: RedisPlace = {
    mode: "cluster",
    nodes: nodes.map(({ address }) => address),
    password: REDIS_PASSWORD,
  };
  const close = async () => {
    for (const node of nodes) await node.close();
  };
  return { nodes, place, close };
}

const SENTINEL_NAME = "greenlight";
const RANGES = [
  ["0", "5460"],
  ["5461", "10922"],
  ["10923", "16383"],
] as const;

async function answers(server: Restartable, ask: () => Promise<boolean>): Promise<void> {
  const asked = async () => {
    server.throwIfEnded();
    return await ask().catch(() => false);
  };
  await eventually(asked, { withinMs: 15_000, everyMs: 20 });
}

async function askRedis(
  port: number,
  command: string,
  args: readonly string[],
  password = REDIS_PASSWORD,
): Promise<unknown> {
  const options = { host: "127.0.0.1", port, lazyConnect: true, commandTimeout: 3000 };
  const once = { ...options, password, retryStrategy: () => null, maxRetriesPerRequest: 0 };
  const client = new Redis(once);
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
