import { describe, expect, test } from "@jest/globals";
import type { FaultName } from "./fault.ts";
import { runOutage, type Scheduled, type Script } from "./outage.ts";
import { REPLICAS, WORKLOAD } from "./site.ts";
import { storyOf } from "./story.ts";
import { tellOf } from "./verdict-on.ts";

const BEGAN_MS = 3_000;

function then(fault: FaultName, afterMs = 0, forMs = 500): Scheduled {
  return { fault, atMs: BEGAN_MS + afterMs, forMs };
}

/** What was opened, as `kind outcome`, the first first. */
async function courseOf(faults: readonly Scheduled[], more: Partial<Script> = {}) {
  const script = { seed: 7, faults, ...more };
  const outcome = await runOutage(script);
  const { moves, violations, holds } = tellOf(outcome);
  if (violations.length > 0) throw new Error(storyOf(script, outcome, violations));
  const began = outcome.world.clock.wallMs() - outcome.world.clock.monotonicMs();
  const kinds = moves.map(({ kind, outcome: end }) => `${kind} ${end}`);
  return { ...outcome, kinds, holds, began };
}

describe("a former primary that answers", () => {
  test("is quarantined by itself, and the owed fence is paid", async () => {
    const { kinds, world } = await courseOf([then("blue dies", 0, 3_000)]);
    expect(kinds).toEqual(["failover succeeded", "quarantine succeeded"]);
    expect(world.sites.blue.store.look().role).toBe("fenced");
    expect(world.sites.blue.kubernetes.look(WORKLOAD).replicas).toBe(0);
    expect(world.isServing("blue")).toBe(false);
  });

  test("and goes again while that is done: what was not paid is paid later", async () => {
    const { kinds, world } = await courseOf([
      then("blue dies", 0, 3_000),
      then("blue comes and goes during its quarantine", 0, 12_000),
    ]);
    expect(kinds.slice(1)).toEqual(kinds.slice(1).map(() => "quarantine succeeded"));
    expect(world.sites.blue.store.look().role).toBe("fenced");
  });

  test("is quarantined also while a human has paused it: to pay what is owed is no move", async () => {
    const pause = then("a human pauses", 2_000, 8_000);
    const { events, kinds, began } = await courseOf([then("blue dies", 0, 3_000), pause]);
    const opened = events.filter((event) => event.type === "operation.opened");
    expect(opened[1]?.plan.kind).toBe("quarantine");
    expect((opened[1]?.at ?? 0) - began).toBeGreaterThan(BEGAN_MS + 2_000);
    expect((opened[1]?.at ?? 0) - began).toBeLessThan(BEGAN_MS + 10_000);
    expect(kinds).toEqual(["failover succeeded", "quarantine succeeded"]);
  });
});

describe("a drill", () => {
  test("puts green back, and moves nobody", async () => {
    const { kinds, world } = await courseOf([then("a drill is asked for")]);
    expect(kinds).toEqual(["drill restored"]);
    expect(world.zone.look()).toMatchObject({ epoch: 0, sequence: 0 });
  });

  test.each([0, 300, 600, 900, 1_200, 1_500, 1_800])(
    "does not keep an outage waiting that begins %i ms after it",
    async (afterMs) => {
      const outage = then("blue dies", afterMs, 6_000);
      const [alone, both] = [
        await courseOf([outage], { podsMs: 1_000 }),
        await courseOf([then("a drill is asked for"), outage], { podsMs: 1_000 }),
      ];
      expect(both.kinds).toContain("failover succeeded");
      const tookMs = (of: typeof alone) =>
        tellOf(of).moves.find(({ kind }) => kind === "failover")?.tookMs ?? 0;
      expect(tookMs(both)).toBeLessThanOrEqual(Math.max(tookMs(alone) * 1.1, tookMs(alone) + 200));
    },
  );

  test("that green does not survive is undone once green is back", async () => {
    const { kinds } = await courseOf(
      [then("a drill is asked for"), then("green dies during a drill", 0, 3_000)],
      { podsMs: 2_000 },
    );
    expect(kinds[0]).toMatch(/^drill (undone|restored)$/);
  });
});

describe("a planned move", () => {
  test("keeps the old side warm until its commit window is over", async () => {
    const { kinds, world, events } = await courseOf([then("a switchover is asked for")]);
    expect(kinds).toEqual(["switchover succeeded", "retire succeeded"]);
    expect(world.sites.green.kubernetes.look(WORKLOAD).replicas).toBe(REPLICAS);
    expect(world.sites.blue.store.look().role).toBe("standby");
    const [moved] = events.filter(({ type }) => type === "operation.ended");
    const retired = events.findLast(({ type }) => type === "operation.opened");
    expect((retired?.at ?? 0) - (moved?.at ?? 0)).toBeGreaterThanOrEqual(15_000);
  });

  test("is taken back by one command, and then the other side is retired", async () => {
    const back = then("the last move is taken back", 5_000);
    const { kinds, world } = await courseOf([then("a switchover is asked for"), back]);
    expect(kinds).toEqual(["switchover succeeded", "switchover succeeded", "retire succeeded"]);
    expect(world.primary()).toBe("blue");
  });

  test("is not retired sooner because somebody sets the clock", async () => {
    const jump = then("the wall clock jumps", 4_000);
    for (const seed of [1, 2, 3, 4]) {
      const faults = [then("a switchover is asked for"), jump, then("a human acknowledges", 9_000)];
      const { world, kinds } = await courseOf(faults, { seed });
      expect(kinds).toEqual(["switchover succeeded", "retire succeeded"]);
      const line = world.story.find((one) => one.includes("the commit window of")) ?? "";
      expect(Number.parseInt(line, 10)).toBeGreaterThan(BEGAN_MS + 15_000);
    }
  });

  test("whose store never catches up is undone, and blue serves", async () => {
    const stuck = then("the stores never catch up during a switchover", 0, 30_000);
    const faults = [then("the standby's store lags", -100, 0), stuck];
    const { kinds, world } = await courseOf([...faults, then("a switchover is asked for")]);
    expect(kinds).toEqual(["switchover undone"]);
    expect(world.sites.blue.store.look().role).toBe("primary");
  });
});

describe("what a human stopped", () => {
  const aborted = [then("blue dies", 0, 9_000), then("a human aborts", 900, 100)];

  test("is not begun again for the same reason, and a human is told", async () => {
    const { kinds, holds } = await courseOf(aborted, { podsMs: 2_000 });
    expect(kinds).toEqual(["failover undone"]);
    expect(holds).toContainEqual(expect.stringMatching(/^alice stopped op-s1, and nothing has/));
  });

  test("is not begun again by the next process, either", async () => {
    const killed = then("the process is killed", 4_000);
    const { kinds } = await courseOf([...aborted, killed], { podsMs: 2_000 });
    expect(kinds).toEqual(["failover undone"]);
  });

  test("goes on once somebody has seen it", async () => {
    const seen = then("a human acknowledges", 4_500);
    const { kinds } = await courseOf([...aborted, seen], { podsMs: 2_000 });
    expect(kinds.slice(0, 2)).toEqual(["failover undone", "failover succeeded"]);
  });
});

test("both are gone for long: a human is called, though nobody can tell whether they are", async () => {
  const faults = [then("blue dies", 0, 40_000), then("green dies", 0, 40_000)];
  const { kinds, holds } = await courseOf(faults);
  expect(kinds).toEqual([]);
  expect(holds).toContainEqual(
    expect.stringMatching(/has failed at its .* layer for more than 30 s/),
  );
});
