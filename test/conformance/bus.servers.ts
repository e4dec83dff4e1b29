import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { CarriedBus } from "../../src/adapters/bus/carried-bus.ts";
import { MAX_TEXT_BYTES } from "../../src/adapters/bus/carrier.ts";
import { createFallbackCarrier } from "../../src/adapters/bus/fallback-bus.ts";
import { createHttpCarrier } from "../../src/adapters/bus/http-bus.ts";
import { createRedisCarrier } from "../../src/adapters/bus/redis-bus.ts";
import { startSignalListener } from "../../src/adapters/bus/signal-listener.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import { eventually } from "../fakes/until.ts";
import { type RedisServer, startCluster, startRedis, startSentinel } from "../servers/redis.ts";
import { describeBus, heardAcross, listen, SIGNALS } from "./bus.ts";

jest.setTimeout(60_000);

const clock = new SystemClock();
const token = "a token of the bus's tests";
const closers: (() => Promise<void>)[] = [];
let errors: Error[] = [];

afterEach(close);

describe("Redis", () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.close());

  const open = async () => ends(server.place);

  describeBus({ name: "the bus on Redis", open, close });

  test("a Redis that is killed and comes back carries again by itself", async () => {
    const { one, other } = await open();
    const heard = listen(other);
    await heardAcross(one, other);
    await server.process.kill();
    one.publish({ type: "hint", application: "shop", cluster: "lost" });
    await eventually(() => errors.length > 0, { withinMs: 5000 });
    await server.start();
    await heardAcross(one, other);
    expect(JSON.stringify(heard)).not.toContain('"lost"');
  });

  test("a bus that is opened while Redis is away carries once it is there", async () => {
    await server.process.kill();
    const { one, other } = await open();
    one.publish({ type: "hint", application: "shop", cluster: "lost" });
    await server.start();
    await heardAcross(one, other);
  });

  test("what somebody else publishes is heard if it is a signal, and only then", async () => {
    const { one, other } = await open();
    await heardAcross(one, other);
    const heard = listen(one);
    errors = [];
    const [signal] = SIGNALS;
    const text = JSON.stringify({ id: "somebody.1", signal });
    const padded = `${text}${" ".repeat(MAX_TEXT_BYTES)}`;
    for (const wrong of ["", "{", "[]", padded]) await publish(server, wrong);
    await publish(server, text);
    await eventually(() => heard.length > 0, { withinMs: 5000 });
    expect(heard).toEqual([signal]);
    // Both ends have heard the four that are none, and told of them.
    expect(errors).toHaveLength(8);
  });

  test("while Redis is killed or hangs signals go by HTTP, each heard once", async () => {
    const [here, there] = [
      await startSignalListener({ port: 0, token }),
      await startSignalListener({ port: 0, token }),
    ];
    closers.push(
      () => here.close(),
      () => there.close(),
    );
    const busOf = (sender: string, own: typeof here, url: string) => {
      const http = createHttpCarrier({ clock, urls: [url], token, listener: own });
      return keep(sender, createFallbackCarrier(redisOf(server.place), http));
    };
    const [one, other] = [busOf("one", here, there.url), busOf("other", there, here.url)];
    const heard = listen(other);
    let n = 0;
    const tell = async () => {
      n += 1;
      const cluster = `n${n}`;
      one.publish({ type: "hint", application: "shop", cluster });
      await eventually(() => JSON.stringify(heard).includes(`"${cluster}"`), { withinMs: 2000 });
    };
    await heardAcross(one, other);
    await tell();
    server.process.hang();
    for (let i = 0; i < 5; i += 1) await tell();
    server.process.wake();
    await server.process.kill();
    for (let i = 0; i < 5; i += 1) await tell();
    await server.start();
    await heardAcross(one, other);
    for (let i = 0; i < 5; i += 1) await tell();
    const told = heard.flatMap((signal) =>
      signal.type === "hint" && signal.application === "shop" ? [signal.cluster] : [],
    );
    expect(told).toEqual(Array.from({ length: n }, (_, i) => `n${i + 1}`));
  });
});

describe("Redis with a sentinel", () => {
  let servers: Awaited<ReturnType<typeof startSentinel>>;

  beforeAll(async () => {
    servers = await startSentinel();
  });

  afterAll(() => servers.close());

  const open = async () => ends(servers.place);

  describeBus({ name: "the bus on Redis with a sentinel", open, close });

  test("when the primary dies the bus goes on with the replica", async () => {
    const { one, other } = await open();
    await heardAcross(one, other);
    await servers.primary.process.kill();
    await heardAcross(one, other);
  });
});

describe("a Redis cluster", () => {
  let servers: Awaited<ReturnType<typeof startCluster>>;

  beforeAll(async () => {
    servers = await startCluster();
  });

  afterAll(() => servers.close());

  describeBus({ name: "the bus on a Redis cluster", open: async () => ends(servers.place), close });
});

function ends(place: RedisPlace) {
  return { one: keep("one", redisOf(place)), other: keep("other", redisOf(place)) };
}

function redisOf(place: RedisPlace) {
  return createRedisCarrier(place, { clock, onError: () => undefined });
}

function keep(sender: string, carrier: ConstructorParameters<typeof CarriedBus>[0]): CarriedBus {
  const bus = new CarriedBus(carrier, { sender, onError: (error) => errors.push(error) });
  closers.push(() => bus.close());
  return bus;
}

async function publish(server: RedisServer, text: string): Promise<void> {
  await server.ask("PUBLISH", "{greenlight}:signal", text);
}

async function close(): Promise<void> {
  errors = [];
  for (const end of closers.splice(0).toReversed()) await end();
}
