import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { JournalEvent } from "../../src/domain/event.ts";
import { eventually } from "../fakes/until.ts";
import { REHEARSAL } from "./rehearsal.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";
import { BY_HAND } from "./world-file.ts";

const CLOCK = new SystemClock();
const SOON = { withinMs: 30_000, everyMs: 50 };

const EVERY_3_S = "*/3 * * * * *";
const DRILLS = [
  { name: "often", application: "shop", kind: "rehearsal", cron: EVERY_3_S },
  { name: "beside", application: "shop", kind: "rehearsal", cron: EVERY_3_S },
  {
    name: "blocked",
    application: "shop",
    kind: "drill",
    cron: "0 30 2 * * *",
    timeZone: "Europe/Berlin",
    blocked: [{ days: ["mon"], from: "02:00", to: "03:00" }],
  },
];

type Outcome = Extract<JournalEvent, { readonly dueAt: number }>;

let world: World;

beforeAll(async () => {
  world = await openSettledWorld({
    config: [...BY_HAND, [["drills"], DRILLS]],
    runbooks: [REHEARSAL],
  });
}, OF_A_WORLD_MS);

afterAll(() => world.close());

async function outcomes(schedule: string): Promise<readonly Outcome[]> {
  const events = await world.events();
  return events.filter(
    (event): event is Outcome => "dueAt" in event && event.schedule === schedule,
  );
}

/** Until there is one. */
async function outcome(schedule: string, isMeant: (one: Outcome) => boolean): Promise<Outcome> {
  let found: Outcome | undefined;
  await eventually(async () => {
    found = (await outcomes(schedule)).find(isMeant);
    return found !== undefined;
  }, SOON);
  return found as Outcome;
}

test(
  "at its time an operation is opened by itself, and leaves everything as it was",
  async () => {
    const { operation = "", dueAt } = await outcome(
      "often",
      ({ type }) => type === "schedule.fired",
    );
    expect(dueAt % 3000).toBe(0);
    const { by, plan, steps, openedAt } = await world.reached(operation, "restored");
    expect(by).toBe("schedule often");
    expect(plan).toMatchObject({ kind: "rehearsal", from: "blue", to: "green", ends: "restore" });
    expect(steps).toMatchObject([{ id: "warm", state: "undone" }]);
    expect(openedAt).toBeGreaterThanOrEqual(dueAt);
    expect(await world.application()).toMatchObject({ primary: "blue" });
    const fired = (await outcomes("often")).filter((one) => one.type === "schedule.fired");
    expect(new Set(fired.map((one) => one.operation)).size).toBe(fired.length);
  },
  OF_A_WORLD_MS,
);

test(
  "the second of two that are due at once is skipped, with the reason",
  async () => {
    const { type, reason } = await outcome("beside", () => true);
    expect([type, reason]).toEqual([
      "schedule.skipped",
      "often is due at the same time, and goes first",
    ]);
    expect((await outcomes("beside")).every((one) => one.type === "schedule.skipped")).toBe(true);
  },
  OF_A_WORLD_MS,
);

test(
  "while it is paused none is opened",
  async () => {
    expect((await world.cli("pause", "shop")).status).toBe(0);
    const isPaused = ({ type, reason = "" }: Outcome) =>
      type === "schedule.skipped" && reason.includes("paused by sandbox");
    await outcome("often", isPaused);
    expect((await world.cli("unpause", "shop")).status).toBe(0);
    const { dueAt } = (await outcomes("often")).findLast(isPaused) as Outcome;
    await outcome("often", (one) => one.type === "schedule.fired" && one.dueAt > dueAt);
  },
  OF_A_WORLD_MS,
);

test(
  "while nothing runs it is missed, by name, and not run late",
  async () => {
    await world.serve.child.kill();
    const last = CLOCK.wallMs();
    await eventually(() => CLOCK.wallMs() > last + 9000, SOON);
    await world.start();
    const started = CLOCK.wallMs();
    const missed = await outcome("often", (one) => one.type === "schedule.missed");
    expect(missed.reason).toBe("it was not opened: nothing ran that could");
    await outcome("often", (one) => one.type === "schedule.fired" && one.dueAt > started);
    const between = (await outcomes("often")).filter(
      ({ dueAt }) => dueAt > last && dueAt < last + 9000,
    );
    expect(between.length).toBeGreaterThanOrEqual(2);
    expect(new Set(between.map(({ type }) => type))).toEqual(new Set(["schedule.missed"]));
  },
  OF_A_WORLD_MS,
);

test(
  "people list them, see what comes, and run one at once",
  async () => {
    const list = await world.cli("drill", "list");
    expect(list.status).toBe(0);
    expect(list.out).toMatch(/^often +shop +20\d\d-/m);
    const next = await world.cli("drill", "next", "--count", "4", "-o", "json");
    const { drills } = JSON.parse(next.out);
    expect(drills.map(({ name }: { name: string }) => name)).toEqual([
      "often",
      "beside",
      "blocked",
    ]);
    expect(drills[0].next).toHaveLength(4);
    expect(drills[1].next[0].whyNot).toContain("often");
    await world.cli("pause", "shop");
    const refused = await world.cli("drill", "run", "blocked");
    expect([refused.status, refused.err]).toEqual([4, expect.stringContaining("paused")]);
    await world.cli("unpause", "shop");
    let ran: Awaited<ReturnType<World["cli"]>> = { status: 4, out: "", err: "" };
    // Those of the calendar may be in its way.
    await eventually(async () => {
      ran = await world.cli("drill", "run", "blocked", "--wait");
      return ran.status !== 4;
    }, SOON);
    expect([ran.status, ran.out]).toEqual([0, expect.stringContaining("restored")]);
  },
  OF_A_WORLD_MS,
);
