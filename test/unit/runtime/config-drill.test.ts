import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { nextSlot } from "../../../src/domain/calendar.ts";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import { instant } from "../../fakes/calendar.ts";
import {
  type ConfigDirectory,
  createConfigDirectory,
  EXAMPLE,
  withoutPlace,
} from "../../fakes/config-directory.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
});

afterEach(() => directory.remove());

/** The example with these drills and no others, as lines of flow mappings. */
function write(...drills: readonly string[]): void {
  const end = EXAMPLE.indexOf("\ndrills:");
  const list = drills.map((drill) => `  - {${drill}}\n`).join("");
  directory.write("greenlight.yaml", `${EXAMPLE.slice(0, end)}\ndrills:\n${list}`);
}

async function problemsOf(...drills: readonly string[]): Promise<readonly string[]> {
  write(...drills);
  return withoutPlace(await directory.problems());
}

const NIGHTLY = 'name: nightly, application: shop, cron: "30 2 * * *"';

test("the example's goes by the clocks of its zone, and not in its windows", async () => {
  const { drills } = await loadConfig(directory.file, directory.env);
  const [weekly] = drills;
  expect(weekly).toMatchObject({
    name: "weekly",
    application: "shop",
    kind: "drill",
    cron: "30 3 * * SUN",
    timeZone: "Europe/Berlin",
    jitterMs: 900_000,
    blocked: [{ days: ["sat", "sun"], fromMinute: 1200, toMinute: 120 }],
  });
  expect(weekly && nextSlot(weekly.calendar, instant("2026-06-01T00:00"))).toBe(
    instant("2026-06-07T01:30"),
  );
});

test("by default it is a drill, in UTC, without jitter, at any time", async () => {
  write(NIGHTLY);
  const { drills } = await loadConfig(directory.file, directory.env);
  expect(drills).toMatchObject([{ kind: "drill", timeZone: "UTC", jitterMs: 0, blocked: [] }]);
});

test("all problems come at once", async () => {
  expect(
    await problemsOf(
      'name: a, application: ship, kind: failover, cron: "0 0 30 2 *", timeZone: Mars/Base',
      'name: a, application: shop, kind: none, cron: "0 0 * *", jitter: soon',
      'name: b, application: shop, cron: "H 3 * * *", blocked: [{from: "25:00", to: "3:00"}]',
    ),
  ).toEqual([
    "drills[0].application: there is no application ship",
    "drills[0].kind: failover keeps what it does: a drill is of a kind that ends by restoring",
    "drills[0].cron: never comes: there is no such day",
    "drills[0].timeZone: is no time zone that this system knows",
    "drills[1].name: another one has the same name",
    "drills[1].kind: there is no runbook none",
    "drills[1].cron: must have five fields, or six with seconds first",
    "drills[1].jitter: a duration is a whole number and ms, s, m, h or d, as in 30s",
    "drills[2].cron: H is not understood: use jitter",
    "drills[2].blocked[0].from: must be a time such as 22:30",
    "drills[2].blocked[0].to: must be a time such as 22:30",
  ]);
});

test("refused: a kind that people must agree to", async () => {
  const policy = EXAMPLE.replace("approvals: {failback: 2}", "approvals: {drill: 2}");
  directory.write("greenlight.yaml", policy);
  expect(withoutPlace(await directory.problems())).toEqual([
    "drills[0].kind: drill of shop needs 2 people to agree: no schedule can open it",
  ]);
});

test.each([
  [
    "jitter beyond the next time",
    `${NIGHTLY}, jitter: 24h`,
    "jitter: must be shorter than 86400000 ms, from one to the next",
  ],
  [
    "the shortest of several gaps",
    'name: b, application: shop, cron: "0 1,3 * * *", jitter: 2h',
    "jitter: must be shorter than 7200000 ms, from one to the next",
  ],
  [
    "a window over all its times",
    `${NIGHTLY}, blocked: [{from: "02:00", to: "03:00"}]`,
    "cron: never comes outside its blocked windows",
  ],
  [
    "windows over all of the week",
    'name: b, application: shop, cron: "*/5 * * * * *", blocked: [{from: "00:00", to: "24:00"}]',
    "cron: never comes outside its blocked windows",
  ],
  [
    "a day that there is not",
    `${NIGHTLY}, blocked: [{days: [monday], from: "02:00", to: "03:00"}]`,
    "blocked[0].days[0]: must be one of mon, tue, wed, thu, fri, sat, sun",
  ],
])("refused: %s", async (_, drill, problem) => {
  expect(await problemsOf(drill)).toEqual([`drills[0].${problem}`]);
});

test.each([
  ["a window beside its times", `${NIGHTLY}, blocked: [{from: "03:00", to: "02:00"}]`],
  [
    "most of the week",
    'name: b, application: shop, cron: "*/5 * * * * *", blocked: [{days: [mon, tue, wed, thu, fri, sat], from: "00:00", to: "24:00"}]',
  ],
  ["a leap day", 'name: b, application: shop, cron: "0 0 29 2 *", jitter: 1h'],
])("accepted: %s", async (_, drill) => {
  expect(await problemsOf(drill)).toEqual([]);
});
