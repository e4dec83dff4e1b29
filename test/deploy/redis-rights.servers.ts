import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { Redis } from "ioredis";
import { CarriedBus } from "../../src/adapters/bus/carried-bus.ts";
import { createRedisCarrier } from "../../src/adapters/bus/redis-bus.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { openRedisQueue } from "../../src/adapters/queue/redis-queue.ts";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import { describeBus } from "../conformance/bus.ts";
import { describeQueue } from "../conformance/queue.ts";
import { SharedQueues } from "../conformance/shared-queue.ts";
import { busTools } from "../fakes/bus-tools.ts";
import { Contained } from "./contained.ts";
import { makeSecrets, NOBODYS } from "./scratch-secrets.ts";
import { Stage } from "./stage.ts";

jest.setTimeout(60_000);

const clock = new SystemClock();
const secrets = makeSecrets(NOBODYS);
const stage = new Stage({ secrets });
const server = new Contained(stage, "redis");
const host = stage.addressOf("redis");
const password = readFileSync(join(secrets, "redis-password"), "utf8").trim();
const place: RedisPlace = {
  mode: "standalone",
  address: `${host}:6379`,
  username: "greenlight",
  password,
};
const options = { host, port: 6379, retryStrategy: () => null, maxRetriesPerRequest: 0 };
let client: Redis;

beforeAll(async () => {
  server.start();
  await server.healthy({ withinMs: 15_000 });
  client = new Redis({ ...options, username: "greenlight", password });
});

beforeEach(async () => {
  const keys = await client.call("SCAN", "0", "COUNT", "100000");
  for (const key of (keys as [string, string[]])[1]) await client.del(key);
});

afterAll(async () => {
  client.disconnect();
  await server.kill();
  stage.close();
  rmSync(secrets, { recursive: true });
});

const queues = new SharedQueues((tools) => openRedisQueue(place, tools));
describeQueue({
  name: "BullMQ, with the rights that the compose file gives it,",
  open: () => queues.open(),
  close: () => queues.close(),
});

const ends: CarriedBus[] = [];
const closeBus = async () => {
  for (const bus of ends.splice(0)) await bus.close();
};
const openEnd = (sender: string) => {
  const onError = () => undefined;
  const bus = new CarriedBus(createRedisCarrier(place, { clock, onError }), busTools({ sender }));
  ends.push(bus);
  return bus;
};
afterEach(closeBus);
describeBus({
  name: "the bus, with the rights that the compose file gives it,",
  open: async () => ({ one: openEnd("one"), other: openEnd("other") }),
  close: closeBus,
});

async function answerOf(line: string): Promise<string> {
  const [command = "", ...words] = line.split(" ");
  return await client.call(command, ...words).then(
    () => "done",
    (error: Error) => error.message.split(" ")[0] ?? "",
  );
}

test.each([
  "FLUSHALL",
  "FLUSHDB",
  "CONFIG GET *",
  "CONFIG SET appendonly no",
  "ACL LIST",
  "ACL SETUSER greenlight +@all",
  "SHUTDOWN",
  "KEYS *",
  "SAVE",
  "REPLICAOF NO ONE",
  "MONITOR",
  "MIGRATE 127.0.0.1 1 {greenlight}:a 0 1",
  "RESTORE {greenlight}:a 0 x",
  "MODULE LIST",
  "CLIENT KILL TYPE normal",
  "SCRIPT FLUSH",
  "FUNCTION FLUSH",
  "SWAPDB 0 1",
  "GET elsewhere",
  "SET elsewhere 1",
  "PUBLISH elsewhere 1",
])("Greenlight's user may not %s", async (line) => {
  expect(await answerOf(line)).toBe("NOPERM");
});

test("a script has no more rights than who runs it", async () => {
  const script = (text: string) => client.call("EVAL", text, "0");
  await expect(script("return redis.call('FLUSHALL')")).rejects.toThrow(/NOPERM|can't run this/);
  await expect(script("return redis.call('GET', 'elsewhere')")).rejects.toThrow(
    /NOPERM|can't access/,
  );
});

/** What it says to whoever comes from another machine: for Redis every address but 127.0.0.1. */
async function saysTo(...lines: readonly string[]): Promise<string> {
  const socket = connect({ host, port: 6379, localAddress: "127.0.0.2" });
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk.toString("utf8");
  });
  socket.end([...lines, "QUIT", ""].join("\r\n"));
  await once(socket, "close");
  return said;
}

test.each([
  ["nobody", [], /^-NOAUTH/],
  ["default", ["AUTH default x"], /^-WRONGPASS/],
  ["who has another password", ["AUTH greenlight x"], /^-WRONGPASS/],
])("it answers nothing to %s", async (_, lines, answer) => {
  const said = await saysTo(...lines, "PING");
  expect(said).toMatch(answer);
  expect(said).not.toContain("PONG");
});

test("it answers who comes from another machine with the password", async () => {
  expect(await saysTo(`AUTH greenlight ${password}`, "PING")).toContain("+PONG");
});

test("the settings of its file are in force", async () => {
  const info = String(await client.call("INFO"));
  expect(info).toContain("aof_enabled:1");
  expect(info).toContain("maxmemory_policy:noeviction");
  expect(info).toContain("maxmemory:268435456");
});
