import { Writable } from "node:stream";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { createRedisCarrier } from "../../src/adapters/bus/redis-bus.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createLog } from "../../src/adapters/log/log.ts";
import { openRedisQueue } from "../../src/adapters/queue/redis-queue.ts";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import { eventually } from "../fakes/until.ts";
import { type RedisServer, startRedis } from "../servers/redis.ts";
import { noSeal } from "./shared-queue.ts";

jest.setTimeout(60_000);

const clock = new SystemClock();
const CANARY = "canary-of-a-password";
let server: RedisServer;
let wrong: RedisPlace;

beforeAll(async () => {
  server = await startRedis();
  wrong = { ...server.place, password: CANARY };
});

afterAll(() => server.close());

/** All errors that are told, as they are and as the log has them. */
function ear() {
  const heard: Error[] = [];
  let written = "";
  const to = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  const log = createLog({ level: "debug", format: "json", to });
  const onError = (err: Error) => {
    heard.push(err);
    log.warn({ err }, "there is trouble");
  };
  const refused = () => eventually(() => written.includes("WRONGPASS"), { withinMs: 10_000 });
  /** Also what only an inspector would show. */
  const told = () => written + inspect(heard, { depth: 10 });
  return { onError, refused, told };
}

test("a password that the bus is refused with is told to nobody", async () => {
  const { onError, refused, told } = ear();
  const carrier = createRedisCarrier(wrong, { clock, onError });
  await refused();
  await carrier.send("a signal").catch(onError);
  await carrier.close();
  expect(told()).toContain("WRONGPASS");
  expect(told()).not.toContain(CANARY);
});

test("nor one that the queue is refused with", async () => {
  const { onError, refused, told } = ear();
  const opening = openRedisQueue(wrong, { clock, seal: noSeal, onError });
  await opening.catch(onError);
  await refused();
  expect(told()).toContain("WRONGPASS");
  expect(told()).not.toContain(CANARY);
});
