import { afterEach, expect, test } from "@jest/globals";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import type { Fleet } from "../servers/fleet.ts";
import { closedAfterEach, movedOnce, WITH_FLEET_MS } from "../servers/fleets.ts";
import { startCluster, startSentinel } from "../servers/redis.ts";

const openFleet = closedAfterEach();
let servers: { readonly close: () => Promise<void> } | undefined;

afterEach(async () => {
  await servers?.close();
  servers = undefined;
}, 60_000);

const KEY = { secretRef: "file/queue-key" };

/** `way`: of the queue, and of the bus where it is a Redis. */
async function open(way: RedisPlace | undefined): Promise<Fleet> {
  const { password: _, ...bare } = way ?? {};
  const redis = { ...bare, secretRef: "file/redis-password" };
  const fleet = await openFleet({
    config: [
      [["queue"], way ? { driver: "redis", ...redis, key: KEY } : { driver: "postgres", key: KEY }],
      ...(way ? [[["bus", "redis"], redis] as const] : []),
    ],
  });
  await fleet.start();
  return fleet;
}

/** Blue dies: one operation, which succeeds. */
async function moves(fleet: Fleet): Promise<void> {
  await fleet.world.panel.kill("blue");
  await movedOnce(fleet);
  expect(await fleet.world.operations()).toHaveLength(1);
}

test(
  "the queue in PostgreSQL, the bus in a Redis of its own",
  async () => await moves(await open(undefined)),
  WITH_FLEET_MS,
);

test(
  "a Redis with a sentinel, whose primary dies with blue: the replica goes on",
  async () => {
    const sentinel = await startSentinel();
    servers = sentinel;
    const own = await open(sentinel.place);
    await sentinel.primary.process.kill();
    await moves(own);
    await own.until(async () => String(await sentinel.replica.ask("ROLE")).startsWith("master"));
  },
  WITH_FLEET_MS,
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
  WITH_FLEET_MS,
);
