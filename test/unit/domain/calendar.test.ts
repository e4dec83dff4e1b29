import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { nextSlot, previousSlot } from "../../../src/domain/calendar.ts";
import { renderInstant } from "../../../src/domain/instant.ts";
import { calendarOf, instant } from "../../fakes/calendar.ts";

/** The slots after an instant, as people write them in UTC. */
function slots(cron: string, zone: string, after: string, count: number): readonly string[] {
  const calendar = calendarOf(cron, zone);
  const found: string[] = [];
  for (let at: number | undefined = instant(after); found.length < count; ) {
    at = nextSlot(calendar, at);
    if (at === undefined) break;
    found.push(renderInstant(at).replace(":00.000Z", ""));
  }
  return found;
}

describe("an hour that is left out: clocks are moved ahead", () => {
  test.each([
    ["half past two comes when three is shown", "30 2 * * *", "Europe/Berlin"],
    ["also with seconds", "0 30 2 * * *", "Europe/Berlin"],
    ["several in it come once", "*/20 2 * * *", "Europe/Berlin"],
  ])("%s", (_, cron, zone) => {
    const [first, second] = slots(cron, zone, "2026-03-28T12:00", 2);
    expect(first).toBe("2026-03-29T01:00");
    expect(second).toMatch(/^2026-03-30T00:[03]0$/);
  });

  test("what it would then have twice at one instant comes once", () => {
    expect(slots("0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00", 3)).toEqual([
      "2026-03-29T01:00",
      "2026-03-30T00:00",
      "2026-03-30T01:00",
    ]);
  });

  test("at midnight, and of half an hour", () => {
    expect(slots("15 0 * * *", "America/Havana", "2026-03-07T12:00", 2)).toEqual([
      "2026-03-08T05:00",
      "2026-03-09T04:15",
    ]);
    expect(slots("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00", 2)).toEqual([
      "2026-10-03T15:30",
      "2026-10-04T15:15",
    ]);
  });

  test("what names every hour has none in it, and goes on behind", () => {
    expect(slots("30 * * * *", "Europe/Berlin", "2026-03-29T00:00", 3)).toEqual([
      "2026-03-29T00:30",
      "2026-03-29T01:30",
      "2026-03-29T02:30",
    ]);
  });
});

describe("an hour that comes twice: clocks are moved back", () => {
  test.each([
    ["Europe/Berlin", "30 2 * * *", "2026-10-24T16:00", ["2026-10-25T00:30", "2026-10-26T01:30"]],
    ["Europe/Berlin", "0 3 * * *", "2026-10-24T16:00", ["2026-10-25T02:00", "2026-10-26T02:00"]],
    [
      "America/New_York",
      "30 1 * * *",
      "2026-10-31T16:00",
      ["2026-11-01T05:30", "2026-11-02T06:30"],
    ],
    [
      "Australia/Lord_Howe",
      "45 1 * * *",
      "2026-04-04T12:00",
      ["2026-04-04T14:45", "2026-04-05T15:15"],
    ],
  ])("in %s, %s comes once", (zone, cron, after, expected) => {
    expect(slots(cron, zone, after, 2)).toEqual(expected);
  });

  test("seen from its second time it has been there", () => {
    expect(slots("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10", 1)).toEqual([
      "2026-10-26T01:30",
    ]);
  });

  test("what names every hour comes in both", () => {
    expect(slots("30 * * * *", "Europe/Berlin", "2026-10-25T00:00", 3)).toEqual([
      "2026-10-25T00:30",
      "2026-10-25T01:30",
      "2026-10-25T02:30",
    ]);
    expect(slots("45 * * * *", "Australia/Lord_Howe", "2026-04-04T14:00", 3)).toEqual([
      "2026-04-04T14:45",
      "2026-04-04T15:15",
      "2026-04-04T16:15",
    ]);
  });
});

test("a leap day comes when it comes", () => {
  expect(slots("0 0 29 2 *", "Europe/Berlin", "2026-01-01T00:00", 2)).toEqual([
    "2028-02-28T23:00",
    "2032-02-28T23:00",
  ]);
});

test("between a slot and the next there is none, in either direction", () => {
  const year = { min: instant("2026-01-01T00:00"), max: instant("2027-01-01T00:00") };
  const zones = ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];
  const crons = ["30 2 * * *", "*/7 1-3 * * *", "15 * * * *", "0 0 1 * *", "*/40 * * * * *"];
  // Around the changes of the year too, which a draw from all of it would hardly meet.
  const changes = ["2026-03-29T01:00", "2026-10-25T01:00", "2026-03-08T05:00", "2026-04-04T15:00"];
  const near = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -7_200_000, max: 7_200_000 }))
    .map(([change, by]) => instant(change) + by);
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...crons),
      fc.oneof(fc.integer(year), near),
      (zone, cron, after) => {
        const calendar = calendarOf(cron, zone);
        const next = nextSlot(calendar, after) ?? Number.NaN;
        expect(next).toBeGreaterThan(after);
        expect(previousSlot(calendar, next)).toBe(next);
        expect(previousSlot(calendar, next - 1)).toBeLessThanOrEqual(after);
      },
    ),
    { numRuns: 300 },
  );
});
