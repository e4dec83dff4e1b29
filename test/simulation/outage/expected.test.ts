import { describe, expect, test } from "@jest/globals";
import type { Application } from "../../../src/domain/application.ts";
import type { FaultName } from "./fault.ts";
import { type Outcome, runOutage, type Scheduled } from "./outage.ts";
import { Seeded } from "./seeded.ts";
import { type Told, tellOf } from "./verdict-on.ts";

const SEEDS = [1, 2, 3];
const LONG_MS = 4_000;

interface Also {
  readonly policy?: Partial<Application["policy"]>;
  readonly forMs?: number;
}

/** All at one moment that the seed draws; `first` was there before. */
async function happen(
  seed: number,
  { first = [], now }: { first?: readonly FaultName[]; now: readonly FaultName[] },
  { policy, forMs = LONG_MS }: Also = {},
): Promise<Told & Outcome> {
  const beganMs = new Seeded(seed).int(2_800, 3_600);
  const faults = [
    ...first.map((fault): Scheduled => ({ fault, atMs: beganMs - 2_300, forMs: 4_500 + LONG_MS })),
    ...now.map((fault): Scheduled => ({ fault, atMs: beganMs, forMs })),
  ];
  const outcome = await runOutage({ seed, faults, ...(policy && { policy }) });
  const told = tellOf(outcome);
  expect(told.violations).toEqual([]);
  // A former primary that answers is quarantined: that is no move.
  return { ...told, ...outcome, moves: told.moves.filter(({ kind }) => kind === "failover") };
}

describe.each(SEEDS)("in world %i", (seed) => {
  test.each<readonly [FaultName, number]>([
    ["blue dies", 900],
    ["blue hangs", 1_700],
    ["blue's public path dies", 900],
    ["blue's public path hangs", 1_300],
  ])("%s: it moves, once, within %i ms", async (fault, withinMs) => {
    const { moves } = await happen(seed, { now: [fault] });
    expect(moves).toMatchObject([{ outcome: "succeeded", from: "blue", to: "green" }]);
    expect(moves[0]?.tookMs).toBeLessThan(withinMs);
  });

  test("the wall clock is set back, and then blue dies: it moves, or it is said why not", async () => {
    const { moves, holds } = await happen(seed, {
      first: ["the wall clock is set back"],
      now: ["blue dies"],
    });
    expect([...moves.map(({ outcome }) => outcome), ...holds]).not.toEqual([]);
  });

  test.each<readonly [FaultName]>([
    ["blue's API server dies"],
    ["blue's API server hangs"],
    ["blue's store dies"],
    ["one vantage is cut from blue"],
    ["one vantage is cut from all"],
    ["all vantages are cut from both"],
    ["all vantages are cut from all"],
    ["the orchestrator is cut from blue"],
    ["the orchestrator is cut from green"],
    ["the journal is away"],
    ["the queue is emptied"],
    ["a foreign writer meddles"],
    ["green dies"],
    ["green hangs"],
  ])("%s: nothing moves", async (fault) => {
    expect((await happen(seed, { now: [fault] })).moves).toEqual([]);
  });

  test.each([300, 1_000, 2_000, 7_000])("a stall of %i ms: nothing moves", async (forMs) => {
    const { moves } = await happen(seed, { now: ["the orchestrator stalls"] }, { forMs });
    expect(moves).toEqual([]);
  });

  test.each<readonly [FaultName, RegExp]>([
    ["the standby's store lags", /the RPO is 2000 ms/],
    ["the heartbeat is silent", /what would be lost is unknown/],
    ["green's store dies", /what would be lost is unknown: the standby's store does not answer/],
    ["a human pauses", /paused by alice: release day/],
  ])("%s, and then blue dies: nothing moves, and it is said why", async (first, why) => {
    const { moves, holds } = await happen(seed, { first: [first], now: ["blue dies"] });
    expect(moves).toEqual([]);
    expect(holds).toContainEqual(expect.stringMatching(why));
  });

  test("green's API server dies, and then blue dies: the observer is doubted first", async () => {
    const first: readonly FaultName[] = ["green's API server dies"];
    expect((await happen(seed, { first, now: ["blue dies"] })).moves).toEqual([]);
  });

  test("all vantages are cut from all, for long: nothing moves, and a human is called", async () => {
    const now: readonly FaultName[] = ["all vantages are cut from all"];
    const { moves, holds } = await happen(seed, { now }, { forMs: 33_000 });
    expect(moves).toEqual([]);
    expect(holds).toContainEqual(expect.stringMatching(/nobody can tell whether blue serves/));
  });

  test("both die: nothing moves", async () => {
    expect((await happen(seed, { now: ["blue dies", "green dies"] })).moves).toEqual([]);
  });

  test("blue dies, and the policy does not let a fence be owed: nothing moves", async () => {
    const policy = { fencing: { unreachable: "refuse" } } as const;
    expect((await happen(seed, { now: ["blue dies"] }, { policy })).moves).toEqual([]);
  });

  test("blue dies, and nobody accepted so few failure domains: nothing moves", async () => {
    const policy = { fewFailureDomainsAcceptedBy: "" };
    expect((await happen(seed, { now: ["blue dies"] }, { policy })).moves).toEqual([]);
  });
});
