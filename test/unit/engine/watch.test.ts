import { expect, test } from "@jest/globals";
import type { Answer, VantageState } from "../../../src/domain/observation.ts";
import { Watch } from "../../../src/engine/watch.ts";

const AT = 1_000_000;

function setup() {
  const watch = new Watch("shop", { failure: 3, success: 2 });
  let at = AT;
  const see = (answer: Answer, more: { application?: string; vantage?: string } = {}) => {
    at += 10;
    const of = { application: "shop", vantage: "east", cluster: "blue", layer: "api" } as const;
    const observation = { ...of, probe: "api", at, answer, latencyMs: 1, ...more };
    return watch.take({ type: "observation", observation });
  };
  const stand = (whyNotFit?: string, vantage = "east") => {
    const state: VantageState = { at, vantage, failureDomain: "rack-1" };
    return watch.take({ type: "vantage", state: { ...state, ...(whyNotFit && { whyNotFit }) } });
  };
  const health = (vantage = "east") =>
    watch.view(at, 1_000).sources.find((source) => source.vantage === vantage)?.health;
  return { watch, see, stand, health };
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
