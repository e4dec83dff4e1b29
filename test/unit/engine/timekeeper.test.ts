import { expect, test } from "@jest/globals";
import { DAYS } from "../../../src/domain/blocked-window.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { streamOf } from "../../../src/domain/event.ts";
import { calendarOf, scheduleOf } from "../../fakes/calendar.ts";
import { TimekeepingWorld } from "../../fakes/timekeeping.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** Every ten minutes. */
const often = scheduleOf({
  name: "often",
  calendar: calendarOf("*/10 * * * *", "UTC"),
  rule: "often",
});
const daily = scheduleOf({ name: "daily", calendar: calendarOf("0 3 * * *", "UTC"), rule: "3" });

function inWorld(task: (world: TimekeepingWorld) => Promise<void>): () => Promise<void> {
  return async () => {
    const world = new TimekeepingWorld();
    await world.clock.run(() => task(world));
  };
}

test(
  "opens at each of its times, and the journal says so",
  inWorld(async (world) => {
    await world.live([often], 25 * MINUTE_MS);
    expect(world.opened).toHaveLength(2);
    expect(await world.outcomes()).toEqual([
      "often 01-01T00:10 fired: opened",
      "often 01-01T00:20 fired: opened",
    ]);
    expect(world.trouble).toEqual([]);
  }),
);

test(
  "rung twice, it opens once",
  inWorld(async (world) => {
    await world.live([often], 10 * MINUTE_MS + 1, async (timekeeper) => {
      const at = world.clock.wallMs();
      await Promise.all([timekeeper.ring("often", at), timekeeper.ring("often", at)]);
      await timekeeper.ring("unheard of", at);
    });
    expect(await world.outcomes()).toEqual(["often 01-01T00:10 fired: opened"]);
  }),
);

test(
  "what forbids it is why it is skipped",
  inWorld(async (world) => {
    world.refusal = new GreenlightError("GL_REFUSED", "paused by alice; operation op-1 is open");
    await world.live([often], 15 * MINUTE_MS);
    expect(await world.outcomes()).toEqual([
      "often 01-01T00:10 skipped: paused by alice; operation op-1 is open",
    ]);
  }),
);

test(
  "what is due in a blocked window, and the second of two due at once, are skipped",
  inWorld(async (world) => {
    const blocked = [{ days: [...DAYS], fromMinute: 10, toMinute: 20 }];
    const second = { ...often, name: "second" };
    const elsewhere = { ...often, name: "elsewhere", application: "till" };
    await world.live([{ ...often, blocked }, second, elsewhere], 25 * MINUTE_MS);
    expect((await world.outcomes()).toSorted()).toEqual([
      "often 01-01T00:10 skipped: in a blocked window: every day 00:10 to 00:20",
      "often 01-01T00:20 fired: opened",
      "second 01-01T00:10 fired: opened",
      "second 01-01T00:20 skipped: often is due at the same time, and goes first",
    ]);
    expect(await world.outcomes("till")).toHaveLength(2);
  }),
);

test(
  "what came due while nothing ran is missed, by name, and not run late",
  inWorld(async (world) => {
    await world.live([daily], 4 * 60 * MINUTE_MS);
    await world.pass(2 * DAY_MS);
    await world.live([daily], DAY_MS);
    expect(await world.outcomes()).toEqual([
      "daily 01-01T03:00 fired: opened",
      "daily 01-02T03:00 missed: it was not opened: nothing ran that could",
      "daily 01-03T03:00 missed: it was not opened: nothing ran that could",
      "daily 01-04T03:00 fired: opened",
    ]);
    expect(world.opened).toHaveLength(2);
  }),
);

test(
  "of very many that were missed a hundred are listed, and the others counted",
  inWorld(async (world) => {
    await world.live([often], 15 * MINUTE_MS);
    await world.pass(DAY_MS);
    await world.live([often], MINUTE_MS);
    const day = await world.outcomes();
    expect(day).toHaveLength(1 + 100 + 1);
    expect(day.at(-1)).toBe(
      "often 01-02T00:10 missed: it was not opened: nothing ran that could, nor were 43 others since 2026-01-01T17:00:00.000Z",
    );
    await world.pass(30 * DAY_MS);
    await world.live([often], MINUTE_MS);
    const month = await world.outcomes();
    expect(month).toHaveLength(day.length + 101);
    expect(month.at(-1)).toMatch(
      /^often 02-01T00:10 missed: .* nor were at least 900 others since/,
    );
  }),
);

test(
  "a process that died between opening it and saying so did not miss it",
  inWorld(async (world) => {
    await world.live([daily], 60 * MINUTE_MS);
    world.opened.push("op-daily-2026-01-01T03:00:00.000Z");
    await world.pass(DAY_MS / 4);
    await world.live([daily], MINUTE_MS);
    expect(await world.outcomes()).toEqual(["daily 01-01T03:00 fired: opened"]);
  }),
);

test(
  "nor did it miss an older one, that others were due after",
  inWorld(async (world) => {
    await world.live([daily], 60 * MINUTE_MS);
    world.opened.push("op-daily-2026-01-01T03:00:00.000Z");
    await world.pass(2 * DAY_MS);
    await world.live([daily], MINUTE_MS);
    expect(await world.outcomes()).toEqual([
      "daily 01-01T03:00 fired: opened",
      "daily 01-02T03:00 missed: it was not opened: nothing ran that could",
    ]);
  }),
);

test(
  "an emptied queue loses none: the schedules are put back within a minute",
  inWorld(async (world) => {
    await world.live([often], 9 * MINUTE_MS + 30_000, async () => {
      world.alarms.empty();
      await world.pass(15 * MINUTE_MS);
    });
    expect(await world.outcomes()).toEqual([
      "often 01-01T00:10 fired: opened",
      "often 01-01T00:20 fired: opened",
    ]);
  }),
);

test(
  "of those that were due while the queue had lost them the newest is opened",
  inWorld(async (world) => {
    const seconds = { ...often, calendar: calendarOf("*/20 * * * * *", "UTC"), rule: "20 s" };
    await world.live([seconds], 30_000, async () => {
      world.alarms.empty();
      await world.pass(35_000);
    });
    expect((await world.outcomes()).map((line) => line.slice(18))).toEqual([
      "fired: opened",
      "missed: it was not opened: the queue did not say in time that it was due",
      "fired: opened",
    ]);
  }),
);

test(
  "a schedule that is new, changed, or there again has missed nothing",
  inWorld(async (world) => {
    await world.live([daily], MINUTE_MS);
    await world.live([], MINUTE_MS);
    await world.pass(DAY_MS);
    await world.live([daily], MINUTE_MS);
    await world.pass(DAY_MS);
    const changed = { ...daily, calendar: calendarOf("0 4 * * *", "UTC"), rule: "4" };
    await world.live([changed], MINUTE_MS);
    expect(await world.outcomes()).toEqual([]);
    const events = await world.journal.read(streamOf("shop"));
    expect(events.map((event) => ("rule" in event ? event.rule : event.type))).toEqual([
      "3",
      "schedule.changed",
      "3",
      "4",
    ]);
  }),
);

test(
  "what another process wrote first holds",
  inWorld(async (world) => {
    await world.live([daily], 60 * MINUTE_MS, async () => {
      const dueAt = world.clock.wallMs() + 120 * MINUTE_MS;
      const fact = { type: "schedule.skipped", schedule: "daily", dueAt, reason: "by it" } as const;
      await world.journal.append({ ...fact, stream: streamOf("shop"), epoch: 0, at: dueAt });
      await world.pass(180 * MINUTE_MS);
    });
    expect(await world.outcomes()).toEqual(["daily 01-01T03:00 skipped: by it"]);
    expect(world.trouble).toEqual([]);
  }),
);

test(
  "it shows what comes, with what is known to forbid it, and what came of the last ones",
  inWorld(async (world) => {
    const second = { ...daily, name: "second" };
    await world.live([daily, second], 4 * 60 * MINUTE_MS, (timekeeper) => {
      const [first, other] = timekeeper.view(2);
      expect(first?.next).toHaveLength(2);
      expect(first?.next[0]).not.toHaveProperty("whyNot");
      expect(other?.next[0]?.whyNot).toBe("daily is due at the same time, and goes first");
      expect(first?.outcomes).toMatchObject([{ outcome: "fired" }]);
      expect(other?.outcomes).toMatchObject([{ outcome: "skipped" }]);
    });
  }),
);

test(
  "a start reads of a long journal only what came since an earlier one",
  inWorld(async (world) => {
    const { journal } = world;
    await world.live([often], 15 * MINUTE_MS);
    const seen = { type: "workload.seen", cluster: "blue", workload: "shop" } as const;
    for (let replicas = 1; replicas <= 1000; replicas += 1)
      await journal.append({ ...seen, replicas, stream: streamOf("shop"), epoch: 0, at: 0 });
    await world.live([often], 10 * MINUTE_MS);
    const follow = journal.follow.bind(journal);
    const reads: number[] = [];
    journal.follow = async (...page) => {
      const found = await follow(...page);
      if (page[2] === streamOf("shop")) reads.push(found.events.length);
      return found;
    };
    await world.live([often], 10 * MINUTE_MS, (timekeeper) => {
      const [view] = timekeeper.view(1);
      expect(view?.outcomes.map(({ outcome }) => outcome)).toEqual(["fired", "fired", "fired"]);
    });
    // What came since, and later its own.
    expect(reads.filter((count) => count > 0)).toEqual([1, 1]);
    expect(world.trouble).toEqual([]);
  }),
);
