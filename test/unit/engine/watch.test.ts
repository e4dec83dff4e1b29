import { expect, test } from "@jest/globals";
import type { Answer, VantageState } from "../../../src/domain/observation.ts";
import { Watch } from "../../../src/engine/watch.ts";

const AT = 1_000_000_000;

const VANTAGES = ["east", "west"];

type Of = "application" | "vantage" | "cluster" | "probe";

interface Earlier {
  readonly askedEarlierMs?: number;
}

function setup() {
  const strangers: string[] = [];
  const watch = new Watch("shop", {
    thresholds: { failure: 3, success: 2 },
    vantages: VANTAGES.map((vantage) => ({ vantage, failureDomain: "rack-1" })),
    clusters: ["blue", "green"],
    probes: ["api"],
    onStranger: (why) => strangers.push(why),
  });
  let at = AT;
  const see = (
    answer: Answer,
    { askedEarlierMs = 0, ...more }: Partial<Record<Of, string>> & Earlier = {},
  ) => {
    at += 10;
    const of = { application: "shop", vantage: "east", cluster: "blue", layer: "api" } as const;
    const observation = {
      ...of,
      probe: "api",
      at: at - askedEarlierMs,
      answer,
      latencyMs: 1,
      ...more,
    };
    return watch.take({ type: "observation", observation });
  };
  const stand = (whyNotFit?: string, vantage = "east", failureDomain = "rack-1") => {
    const state: VantageState = { at, vantage, failureDomain };
    return watch.take({ type: "vantage", state: { ...state, ...(whyNotFit && { whyNotFit }) } });
  };
  const health = (vantage = "east") =>
    watch.view(at, 1_000).sources.find((source) => source.vantage === vantage)?.health;
  return { watch, see, stand, health, strangers };
}

test("it is worth a look when a target fails, is failed, answers again, and is well again", () => {
  const { see } = setup();
  const looks = (["ok", "ok", "ok", "reset", "reset", "reset", "reset", "ok", "ok"] as const).map(
    (answer) => see(answer),
  );
  expect(looks).toEqual([true, true, false, true, false, true, false, true, true]);
});

test("each vantage's answers are its own; another application's and hints are nothing", () => {
  const { watch, see, health } = setup();
  for (let i = 0; i < 3; i += 1) see("reset", { vantage: "west" });
  see("ok");
  expect(health("west")?.state).toBe("failed");
  expect(health("east")?.failuresInRow).toBe(0);
  expect(see("reset", { application: "bank" })).toBe(false);
  expect(watch.take({ type: "hint", application: "shop", cluster: "blue" })).toBe(false);
  expect(watch.view(AT, 1_000).sources).toHaveLength(2);
});

test("a vantage is worth a look when it changes its mind about itself", () => {
  const { stand } = setup();
  const looks = [stand("late"), stand("late"), stand(), stand()];
  expect(looks).toEqual([true, false, true, false]);
});

test("what a vantage saw fail just before it turned out to be sick is forgotten, and only that", () => {
  const { see, stand, health } = setup();
  for (const vantage of ["east", "west"]) {
    see("ok", { vantage });
    for (let i = 0; i < 3; i += 1) see("timeout", { vantage });
  }
  const lastOkAt = health()?.lastOkAt;
  stand("it reaches none of its control targets");
  expect(health()).toMatchObject({ state: "suspect", failuresInRow: 0, lastOkAt });
  expect(health()).not.toHaveProperty("firstFailedAt");
  expect(health("west")).toMatchObject({ state: "failed", failuresInRow: 3 });
});

test("what it saw fail until it was well again is forgotten too, and what it asked before that", () => {
  const { see, stand, health } = setup();
  see("ok");
  stand("its event loop was 2000 ms late");
  for (let i = 0; i < 3; i += 1) see("timeout");
  expect(health()?.state).toBe("failed");
  stand();
  expect(health()).toMatchObject({ state: "suspect", failuresInRow: 0 });
  for (let i = 0; i < 3; i += 1) see("timeout", { askedEarlierMs: 100 });
  expect(health()).toMatchObject({ state: "suspect", failuresInRow: 0 });
  see("ok", { askedEarlierMs: 100 });
  expect(health()?.successesInRow).toBe(1);
  for (let i = 0; i < 3; i += 1) see("timeout");
  expect(health()?.state).toBe("failed");
});

test("a clock that was set back makes nothing stale", () => {
  const { see, stand, health } = setup();
  stand("its event loop was 2000 ms late");
  stand();
  for (let i = 0; i < 3; i += 1) see("timeout", { askedEarlierMs: 3_600_000 });
  expect(health()?.failuresInRow).toBe(3);
});

test("who is not of the configuration neither votes nor is kept, however many come", () => {
  const { watch, see, stand, strangers } = setup();
  for (let i = 0; i < 100; i += 1) {
    expect(stand(undefined, `mars-${i}`)).toBe(false);
    expect(see("timeout", { vantage: `mars-${i}` })).toBe(false);
    expect(see("timeout", { cluster: `red-${i}` })).toBe(false);
    expect(see("timeout", { probe: `made-up-${i}` })).toBe(false);
  }
  expect(watch.view(AT, 1_000)).toMatchObject({ vantages: [], sources: [] });
  expect(strangers.slice(0, 4)).toEqual([
    "there is no vantage mars-0",
    "there is no vantage mars-0",
    "shop is not in red-0",
    "shop has no probe made-up-0",
  ]);
  expect(strangers).toHaveLength(400);
});

test("a vantage that says that it stands elsewhere has no vote there", () => {
  const { watch, stand, strangers } = setup();
  stand(undefined, "east", "rack-2");
  expect(watch.view(AT, 1_000).vantages).toEqual([]);
  expect(strangers).toEqual(["east says that it stands in rack-2, and should in rack-1"]);
  stand(undefined, "east");
  expect(watch.view(AT, 1_000).vantages).toMatchObject([{ vantage: "east" }]);
});
