import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { eventually } from "../fakes/until.ts";
import { type Fleet, openFleet } from "../servers/fleet.ts";
import { REDIS_PASSWORD } from "../servers/redis.ts";

let fleet: Fleet;

beforeEach(async () => {
  fleet = await openFleet();
}, 60_000);

afterEach(async () => await fleet.close(), 60_000);

test("a queue that somebody has paused is obeyed, people are told, and resumed it goes on", async () => {
  const { world, redis } = fleet;
  await fleet.start();
  const [host, port] = redis.address.split(":");
  const connection = new Redis({ host, port: Number(port), password: REDIS_PASSWORD });
  const queue = new Queue("step", { connection, prefix: "{greenlight}" });
  try {
    await queue.pause();
    await world.panel.kill("blue");
    const id = await world.opened();
    const isTold = (title: RegExp) => world.inbox.messages.some((one) => title.test(one.title));
    const SOON = { withinMs: 60_000, everyMs: 100 };
    await eventually(() => isTold(/queue is paused/), SOON);
    const { state, events } = await world.operation(id);
    expect(state).toBe("running");
    expect(events.map(({ type }) => type)).toEqual(["operation.opened"]);
    await queue.resume();
    await eventually(async () => (await world.operation(id)).state === "succeeded", SOON);
    await eventually(() => isTold(/queue is resumed/), SOON);
  } catch (cause) {
    throw new Error(fleet.said(), { cause });
  } finally {
    await queue.close();
    connection.disconnect();
  }
}, 240_000);
