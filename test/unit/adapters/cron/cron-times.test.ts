import { expect, test } from "@jest/globals";
import { cronTimes } from "../../../../src/adapters/cron/cron-times.ts";
import { timeZone } from "../../../../src/adapters/cron/time-zone.ts";
import { instant } from "../../../fakes/calendar.ts";

test.each([
  ["0 0 30 2 *", "never comes: there is no such day"],
  ["0 0 31 2,4 *", "never comes: there is no such day"],
  ["0 0 31 4,6,9,11 *", "never comes: there is no such day"],
  ["", "must have five fields, or six with seconds first"],
  ["@daily", "must have five fields, or six with seconds first"],
  ["0 0 1", "must have five fields, or six with seconds first"],
  ["0 0 0 1 1 1 2026", "must have five fields, or six with seconds first"],
  ["H 3 * * *", "H is not understood: use jitter"],
  ["0 h/2 * * *", "H is not understood: use jitter"],
  ["0 25 * * *", "is no cron expression: got value 25 expected range 0-23"],
  ["0 0 * * NEVER", expect.stringContaining("is no cron expression: ")],
])("%s is refused", (cron, whyNot) => {
  expect(cronTimes(cron)).toEqual({ whyNot });
});

test.each([
  ["*/5 * * * * *", "2026-01-01T00:00:05"],
  ["0 0 29 2 *", "2028-02-29T00:00"],
  ["0 12 * * THU", "2026-01-01T12:00"],
  ["0 0 * * 1#5", "2026-03-30T00:00"],
  ["0 0 L * *", "2026-01-31T00:00"],
])("%s comes next at %s", (cron, next) => {
  const times = cronTimes(cron);
  if ("whyNot" in times) throw new Error(times.whyNot);
  const start = instant("2026-01-01T00:00");
  expect(times.next(start)).toBe(instant(next));
  expect(times.previous(instant(next) + 1)).toBe(instant(next));
});

test("a zone that this system does not know is none", () => {
  expect(timeZone("Europe/Nowhere")).toBeUndefined();
  expect(timeZone("")).toBeUndefined();
});

test.each([
  ["UTC", "2026-07-01T00:00", 0],
  ["Europe/Berlin", "2026-01-01T00:00", 3_600_000],
  ["Europe/Berlin", "2026-07-01T00:00", 7_200_000],
  ["America/St_Johns", "2026-01-01T00:00", -12_600_000],
])("in %s at %s clocks are %i ms ahead of UTC", (name, at, offset) => {
  expect(timeZone(name)?.offsetMs(instant(at))).toBe(offset);
});
