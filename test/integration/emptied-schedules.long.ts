import { expect, jest, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { openEmbeddedAlarms } from "../../src/adapters/queue/embedded-bull.ts";
import { streamOf } from "../../src/domain/event.ts";
import { Timekeeper } from "../../src/engine/timekeeper.ts";
import { calendarOf, scheduleOf } from "../fakes/calendar.ts";
import { MemoryJournal } from "../fakes/memory-journal.ts";
import { OPENED_WITHIN_MS, openScratch } from "../fakes/scratch-storage.ts";
import { eventually } from "../fakes/until.ts";

jest.setTimeout(2 * OPENED_WITHIN_MS);

/** What comes once a minute comes every 700 ms. */
class HastyClock extends SystemClock {
  override sleep(ms: number, signal: AbortSignal): Promise<void> {
    return super.sleep(ms === 60_000 ? 700 : ms, signal);
  }
}

test("a queue that somebody empties again and again loses no time of a schedule", async () => {
  const storage = await openScratch();
  const clock = new HastyClock();
  const alarms = await openEmbeddedAlarms({
    database: storage.database,
    clock,
    onError: () => undefined,
  });
  const stop = new AbortController();
  const journal = new MemoryJournal();
  const trouble: unknown[] = [];
  const schedule = scheduleOf({ calendar: calendarOf("* * * * * *", "UTC"), rule: "each second" });
  const timekeeper = new Timekeeper([schedule], {
    clock,
    journal,
    alarms,
    digest: sha256,
    signal: stop.signal,
    applications: ["shop"],
    open: async (_, { dueAt }) => `op-${dueAt}`,
    opened: async () => undefined,
    onTrouble: (error) => trouble.push(error),
  });
  const running = timekeeper.run();
  const settled = async () => {
    const events = await journal.read(streamOf("shop"));
    return events.flatMap((event) => ("dueAt" in event ? [event] : []));
  };
  for (let times = 1; times <= 4; times += 1) {
    await eventually(async () => (await settled()).length >= 2 * times, { withinMs: 30_000 });
    await storage.database.query("DELETE FROM bullmq.job");
    if (times % 2 === 0) await storage.database.query("DELETE FROM bullmq.scheduler");
  }
  await eventually(async () => (await settled()).length >= 10, { withinMs: 30_000 });
  stop.abort(new Error("the test is over"));
  await running;
  await alarms.close();
  await storage.close();
  const times = (await settled()).map(({ dueAt }) => dueAt);
  const first = times[0] ?? Number.NaN;
  expect(times).toEqual(times.map((_, i) => first + i * 1000));
  expect(trouble).toEqual([]);
});
