import { describe, expect, test } from "@jest/globals";
import type { FaultName } from "./fault.ts";
import { runOutage, type Scheduled, type Script } from "./outage.ts";
import { storyOf } from "./story.ts";
import { tellOf } from "./verdict-on.ts";

const BEGAN_MS = 3_000;
/** From its first answer to its fence. */
const SOON_MS = 6_000;
const LONG_MS = 5_000;
/** Starting a whole world again and again takes its time. */
const OF_ALL_MS = 60_000;

function then(fault: FaultName, afterMs = 0, forMs = LONG_MS): Scheduled {
  return { fault, atMs: BEGAN_MS + afterMs, forMs };
}

async function movesOf(script: Omit<Script, "seed">) {
  const whole = { seed: 7, ...script };
  const outcome = await runOutage(whole);
  const { moves, violations } = tellOf(outcome);
  if (violations.length > 0) throw new Error(storyOf(whole, outcome, violations));
  // A former primary that answers is quarantined: that is no move.
  return { moves: moves.filter(({ kind }) => kind === "failover"), outcome };
}

describe("the commonest incidents", () => {
  test.each<FaultName>(["blue dies", "blue's public path dies", "blue hangs"])(
    "%s and comes back before the point of no return: it is undone, and stays",
    async (fault) => {
      const faults = [then(fault, 0, 1_500)];
      const { moves } = await movesOf({ faults, podsMs: 5_000 });
      expect(moves).toMatchObject([{ outcome: "undone" }]);
    },
  );

  test.each<FaultName>(["blue dies", "blue's public path dies"])(
    "%s and comes back after it: the move is finished",
    async (fault) => {
      const { moves } = await movesOf({ faults: [then(fault, 0, 700)] });
      expect(moves).toMatchObject([{ outcome: "succeeded" }]);
    },
  );

  test.each<FaultName>(["green dies", "green hangs"])(
    "%s after the move: nothing moves any more, long after the cooldown too",
    async (fault) => {
      const faults = [then("blue dies", 0, 2_000), then(fault, 4_000, 20_000)];
      const { moves, outcome } = await movesOf({ faults });
      expect(moves).toMatchObject([{ outcome: "succeeded", to: "green" }]);
      expect(outcome.world.zone.look().address).toBe(outcome.world.application.addresses["green"]);
    },
  );

  test("a human aborts a held one: it ends as it is, and then decisions go on", async () => {
    const faults = [
      then("blue dies", 0, 9_000),
      then("green's store dies", 1_000, 40_000),
      then("a human aborts", 42_000, 100),
    ];
    const { moves } = await movesOf({ faults, podsMs: 1_500 });
    expect(moves[0]).toMatchObject({ outcome: "held" });
  });

  test("held while green's store is away, it goes on when a human says so", async () => {
    const faults = [
      then("blue dies", 0, 60_000),
      then("green's store dies", 1_000, 40_000),
      then("a human resumes", 42_000, 100),
    ];
    const { moves } = await movesOf({ faults, podsMs: 1_500 });
    expect(moves).toMatchObject([{ outcome: "succeeded" }]);
  });

  test("nobody but a human ends a held one, though blue is well again", async () => {
    const faults = [then("blue dies", 0, 3_000), then("green's store dies", 1_000, 40_000)];
    const { moves } = await movesOf({ faults, podsMs: 1_500 });
    expect(moves).toMatchObject([{ outcome: "held", tookMs: null }]);
  });
});

describe("blue comes back after the move is past its point of no return", () => {
  // Nobody is served on green: verify waits for that for a minute, then it is held.
  const unserved = then("green's public path dies", 550, 90_000);

  test.each([
    ["while it still runs", 20_000, false],
    ["while it is held", 75_000, false],
    ["while it is held, with two processes", 75_000, true],
  ])("%s: it is fenced at once", async (_, awayMs, hasSecond) => {
    const { moves, outcome } = await movesOf({
      faults: [then("blue dies", 0, awayMs), unserved],
      hasSecond,
    });
    expect(moves).toMatchObject([{ outcome: "held", tookMs: null }]);
    const { world, events } = outcome;
    expect(world.sites.blue.store.look().role).toBe("fenced");
    const paid = events.filter(
      (event) => event.type === "step.reached" && event.step === "fence-data",
    );
    expect(paid).toHaveLength(1);
    const startedAt = world.clock.wallMs() - world.clock.monotonicMs();
    const afterMs = (paid[0]?.at ?? 0) - startedAt - BEGAN_MS - awayMs;
    expect(afterMs).toBeLessThan(SOON_MS);
  });

  test("and is quarantined though it is paused meanwhile", async () => {
    const paused = then("a human pauses", 4_000, 60_000);
    const outcome = await runOutage({ seed: 7, faults: [then("blue dies", 0, 8_000), paused] });
    const { moves, violations } = tellOf(outcome);
    expect(violations).toEqual([]);
    expect(moves.map(({ kind }) => kind)).toEqual(["failover", "quarantine"]);
    const at = (type: string) => outcome.events.findLast((event) => event.type === type)?.at ?? 0;
    expect(at("operation.ended")).toBeLessThan(at("application.unpaused"));
  });

  test("and is quarantined once a human had that go on, and it has ended", async () => {
    const resumed = then("a human resumes", 95_000, 100);
    const faults = [then("blue dies", 0, 75_000), unserved, resumed];
    const { moves, violations } = tellOf(await runOutage({ seed: 7, faults }));
    expect(violations).toEqual([]);
    expect(moves.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      "failover succeeded",
      "quarantine succeeded",
    ]);
  });
});

describe("the orchestrator dies while it moves", () => {
  /** The first two writes are those of the first start: the Leases. */
  const numbers = Array.from({ length: 9 }, (_, i) => i + 3);

  test.each(["before", "after"] as const)(
    "%s each write in turn, and before it did so once more: it moves, and nothing is doubled",
    async (when) => {
      for (const number of numbers) {
        const restartMs = number % 2 === 0 ? 300 : 2_500;
        const troubles = [{ dieAtWrite: { number, when } }, { dieAtWrite: { number: 3, when } }];
        const faults = [then("blue dies", 0, 9_000)];
        const { moves } = await movesOf({ faults, troubles, restartMs });
        expect([number, moves]).toMatchObject([number, [{ outcome: "succeeded" }]]);
      }
    },
    OF_ALL_MS,
  );

  test.each(["before", "after"] as const)(
    "%s each append in turn: it moves, and nothing is lost",
    async (when) => {
      for (let number = 1; number <= 18; number += 1) {
        const troubles = [{ dieAtAppend: { number, when } }];
        const faults = [then("blue dies", 0, 4_000)];
        const { moves } = await movesOf({ faults, troubles, restartMs: 1_000 });
        expect([number, moves]).toMatchObject([number, [{ outcome: "succeeded" }]]);
      }
    },
    OF_ALL_MS,
  );

  test("for good, with another beside it: the other one finishes the move", async () => {
    for (const number of [3, 5, 7, 9]) {
      const troubles = [{ dieAtAppend: { number, when: "after" } }] as const;
      const faults = [then("blue dies", 0, 9_000)];
      const { moves } = await movesOf({ faults, troubles, restartMs: 600_000, hasSecond: true });
      expect([number, moves]).toMatchObject([number, [{ outcome: "succeeded" }]]);
    }
  });

  test("in the middle of the outage, before it decided: the next one decides the same", async () => {
    for (const atMs of [50, 100, 150, 200, 250]) {
      const faults = [then("the process is killed", atMs, 100), then("blue dies", 0, 9_000)];
      const { moves } = await movesOf({ faults, restartMs: 4_000 });
      expect([atMs, moves]).toMatchObject([atMs, [{ outcome: "succeeded" }]]);
    }
  });
});

test(
  "a write that comes late changes nothing, whichever it is",
  async () => {
    for (let number = 3; number <= 11; number += 1)
      for (const ms of [500, 4_000]) {
        const troubles = [{ lateWrite: { number, ms } }];
        const faults = [then("blue's public path dies", 0, 6_000)];
        const { moves } = await movesOf({ faults, troubles });
        expect([number, ms, moves]).toMatchObject([number, ms, [{ outcome: "succeeded" }]]);
      }
  },
  OF_ALL_MS,
);
