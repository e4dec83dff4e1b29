import { expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { type BlockedWindow, DAYS, whyBlocked } from "../../../src/domain/blocked-window.ts";
import { dueOf, duesBetween, nextDue, whyNotDue } from "../../../src/domain/schedule.ts";
import { calendarOf, instant, scheduleOf } from "../../fakes/calendar.ts";

const BERLIN = calendarOf("0 0 * * *", "Europe/Berlin").zone;
const NIGHT: BlockedWindow = { days: ["sat", "sun"], fromMinute: 22 * 60, toMinute: 6 * 60 };
const NOON: BlockedWindow = { days: [...DAYS], fromMinute: 12 * 60, toMinute: 13 * 60 };
const START = instant("2026-06-01T00:00");

test("the jitter of a slot is the same each time, and in its bounds", () => {
  const schedule = scheduleOf({ cron: "0 * * * *", jitterMs: 600_000 });
  const dues = duesBetween(schedule, { afterSlot: START, until: START + 1e9, limit: 200 }, sha256);
  expect(dues).toHaveLength(200);
  for (const { dueAt, at } of dues) {
    expect(dueOf(schedule, dueAt, sha256).at).toBe(at);
    expect(at - dueAt).toBeGreaterThanOrEqual(0);
    expect(at - dueAt).toBeLessThanOrEqual(600_000);
  }
  expect(new Set(dues.map(({ dueAt, at }) => at - dueAt)).size).toBeGreaterThan(190);
  const other = { ...schedule, name: "other" };
  expect(dues.filter(({ dueAt, at }) => dueOf(other, dueAt, sha256).at === at).length).toBeLessThan(
    5,
  );
});

test("one whose slot is past, and whose jitter is not, comes next", () => {
  const schedule = scheduleOf({ cron: "0 * * * *", jitterMs: 600_000 });
  const due = nextDue(schedule, START, sha256);
  if (!due || due.at - due.dueAt < 2) throw new Error("drawn too small for this test");
  expect(nextDue(schedule, due.at - 1, sha256)).toEqual(due);
  expect(nextDue(schedule, due.at, sha256)?.dueAt).toBe(due.dueAt + 3_600_000);
});

test.each([
  ["2026-06-06T19:59", undefined],
  ["2026-06-06T20:00", "in a blocked window: sat, sun 22:00 to 06:00"],
  ["2026-06-07T03:59", "in a blocked window: sat, sun 22:00 to 06:00"],
  ["2026-06-07T04:00", undefined],
  ["2026-06-08T03:59", "in a blocked window: sat, sun 22:00 to 06:00"],
  ["2026-06-08T20:00", undefined],
  ["2026-06-08T10:00", "in a blocked window: every day 12:00 to 13:00"],
  ["2026-12-08T11:30", "in a blocked window: every day 12:00 to 13:00"],
  ["2026-12-08T10:30", undefined],
])("at %s UTC on the clocks of Berlin: %s", (at, expected) => {
  expect(whyBlocked([NIGHT, NOON], instant(at), BERLIN)).toBe(expected);
});

test("a window from a time to the same is all of the day", () => {
  const all: BlockedWindow = { days: ["mon"], fromMinute: 0, toMinute: 0 };
  expect(whyBlocked([all], instant("2026-06-01T12:00"), BERLIN)).toBeDefined();
  expect(whyBlocked([all], instant("2026-06-02T12:00"), BERLIN)).toBeUndefined();
});

test("of two that are due at once for one application the second waits for its next time", () => {
  const first = scheduleOf({ name: "first", cron: "0 3 * * *" });
  const second = scheduleOf({ name: "second", cron: "0 3 * * 1" });
  const all = [first, second];
  const due = nextDue(second, START, sha256) ?? { dueAt: 0, at: 0 };
  expect(whyNotDue(second, due, all, sha256)).toBe("first is due at the same time, and goes first");
  expect(whyNotDue(first, due, all, sha256)).toBeUndefined();
  expect(whyNotDue(second, due, [{ ...first, application: "till" }, second], sha256)).toBe(
    undefined,
  );
});

test("one that is blocked goes before none", () => {
  const window: BlockedWindow = { days: [...DAYS], fromMinute: 180, toMinute: 240 };
  const first = scheduleOf({ name: "first", cron: "0 3 * * *", blocked: [window] });
  const second = scheduleOf({ name: "second", cron: "0 3 * * 1" });
  const due = nextDue(second, START, sha256) ?? { dueAt: 0, at: 0 };
  expect(whyNotDue(second, due, [first, second], sha256)).toBeUndefined();
  expect(whyNotDue(first, due, [first, second], sha256)).toContain("blocked window");
});
