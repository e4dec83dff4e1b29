import { afterEach, expect, test } from "@jest/globals";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import { eventually } from "../fakes/until.ts";
import { type Fleet, openFleet } from "../servers/fleet.ts";
import { startCluster, startSentinel } from "../servers/redis.ts";

let fleet: Fleet | undefined;
let servers: { readonly close: () => Promise<void> } | undefined;

afterEach(async () => {
  await fleet?.close();
  await servers?.close();
  [fleet, servers] = [undefined, undefined];
}, 60_000);

/** Ten processes on a machine that has other things to do. */
const LONG_MS = 240_000;
const SOON = { withinMs: 60_000, everyMs: 100 };
const KEY = { secretRef: "file/queue-key" };

/** `way`: of the queue, and of the bus where it is a Redis. */
async function open(way: RedisPlace | undefined): Promise<Fleet> {
  const { password: _, ...bare } = way ?? {};
  const redis = { ...bare, secretRef: "file/redis-password" };
  fleet = await openFleet({
    config: [
      [["queue"], way ? { driver: "redis", ...redis, key: KEY } : { driver: "postgres", key: KEY }],
      ...(way ? [[["bus", "redis"], redis] as const] : []),
    ],
  });
  await fleet.start();
  return fleet;
}

/** Blue dies: one operation, which succeeds. */
async function moves(of: Fleet): Promise<void> {
  const { world } = of;
  const withLogs = (cause: unknown) => {
    throw new Error(of.said(), { cause });
  };
  await world.panel.kill("blue");
  const id = await world.opened().catch(withLogs);
  await world.reached(id ?? "", "succeeded").catch(withLogs);
  await world.movedTo("green");
  expect(await world.operations()).toHaveLength(1);
  expect((await world.cli("audit", "verify")).status).toBe(0);
}

test(
  "the queue in PostgreSQL, the bus in a Redis of its own",
  async () => await moves(await open(undefined)),
  LONG_MS,
);

test(
  "a Redis with a sentinel, whose primary dies with blue: the replica goes on",
  async () => {
    const sentinel = await startSentinel();
    servers = sentinel;
    const own = await open(sentinel.place);
    await sentinel.primary.process.kill();
    await moves(own);
    const isPrimary = async () => String(await sentinel.replica.ask("ROLE")).startsWith("master");
    await eventually(isPrimary, SOON);
  },
  LONG_MS,
);

test(
  "a Redis cluster",
  async () => {
    const cluster = await startCluster();
    servers = cluster;
    const own = await open(cluster.place);
    await moves(own);
    expect(own.said()).not.toContain("the queue is away");
  },
  LONG_MS,
);
