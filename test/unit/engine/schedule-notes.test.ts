import { expect, test } from "@jest/globals";
import { streamOf } from "../../../src/domain/event.ts";
import type { Timekeeper } from "../../../src/engine/timekeeper.ts";
import { calendarOf, scheduleOf } from "../../fakes/calendar.ts";
import { TimekeepingWorld } from "../../fakes/timekeeping.ts";

const MINUTE_MS = 60_000;
const daily = scheduleOf({ name: "daily", calendar: calendarOf("0 3 * * *", "UTC"), rule: "3" });

test("who watches reads each record once, and tells what the journal tells", async () => {
  const world = new TimekeepingWorld();
  await world.clock.run(async () => {
    let read = 0;
    const follow = world.journal.follow.bind(world.journal);
    world.journal.follow = async (...page) => {
      const followed = await follow(...page);
      read += followed.events.length;
      return followed;
    };
    world.journal.read = () => Promise.reject(new Error("nobody need read all of it"));
    const told = (timekeeper: Timekeeper) => timekeeper.view(0)[0]?.outcomes.length;
    const kept = (dueAt: number) =>
      world.journal.append({
        type: "schedule.skipped",
        schedule: "daily",
        dueAt,
        reason: "so",
        stream: streamOf("shop"),
        epoch: 0,
        at: dueAt,
      });
    await kept(1);
    await kept(2);
    await world.watch([daily], MINUTE_MS, async (timekeeper) => {
      expect([read, told(timekeeper)]).toEqual([2, 2]);
      await kept(3);
      await world.pass(MINUTE_MS);
      expect([read, told(timekeeper)]).toEqual([3, 3]);
    });
    expect(world.trouble).toEqual([]);
  });
});
