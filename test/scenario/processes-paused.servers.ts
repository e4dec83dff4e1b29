import { expect, test } from "@jest/globals";
import { Queue } from "bullmq";
import { closedAfterEach, WITH_FLEET_MS } from "../servers/fleets.ts";

const open = closedAfterEach();

test(
  "a queue that somebody has paused is obeyed, people are told, and resumed it goes on",
  async () => {
    const fleet = await open();
    const { world, redis } = fleet;
    await fleet.start();
    const connection = redis.connect();
    const queue = new Queue("step", { connection, prefix: "{greenlight}" });
    try {
      await queue.pause();
      await world.panel.kill("blue");
      const id = await world.opened();
      const isTold = (title: RegExp) => world.inbox.messages.some((one) => title.test(one.title));
      await fleet.until(() => isTold(/queue is paused/));
      const { state, events } = await world.operation(id);
      expect(state).toBe("running");
      expect(events.map(({ type }) => type)).toEqual(["operation.opened"]);
      await queue.resume();
      await fleet.until(async () => (await world.operation(id)).state === "succeeded");
      await fleet.until(() => isTold(/queue is resumed/));
    } catch (cause) {
      throw new Error(fleet.said(), { cause });
    } finally {
      await queue.close();
      connection.disconnect();
    }
  },
  WITH_FLEET_MS,
);
