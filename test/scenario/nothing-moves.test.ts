import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { Explanation } from "../../src/domain/explain.ts";
import { eventually } from "../fakes/until.ts";
import { OF_A_WORLD_MS, openSettledWorld, VANTAGES, type World } from "./world.ts";

const clock = new SystemClock();
let world: World;

beforeAll(async () => {
  world = await openSettledWorld();
}, OF_A_WORLD_MS);

afterEach(async () => {
  await world.panel.heal();
  await world.settled();
}, OF_A_WORLD_MS);

afterAll(() => world.close());

/** Whoever watches has been round again, twice, and did nothing. */
async function expectNothingMoved(): Promise<void> {
  await world.panel.calls(2 * VANTAGES.length, { part: "store", cluster: "green" });
  expect(await world.operations()).toEqual([]);
  expect(await world.application()).toMatchObject({ primary: "blue", epoch: 0, operation: null });
  expect((await world.zone()).addresses).toEqual(["127.0.0.2"]);
  expect(world.inbox.messages.filter(({ severity }) => severity === "page")).toEqual([]);
}

const cutFrom = (from: readonly string[], ...clusters: readonly string[]) =>
  Promise.all(
    clusters.map((cluster) => world.panel.fault({ part: "all", cluster, kind: "partition", from })),
  );

const verdictOf = ({ verdicts }: Explanation, cluster: string) =>
  verdicts.find((verdict) => verdict.cluster === cluster);

const saysOfBlue = (pattern: RegExp) => (explanation: Explanation) =>
  verdictOf(explanation, "blue")?.evidence.some((line) => pattern.test(line)) === true;

test(
  "one vantage that is cut off from blue is outvoted",
  async () => {
    await cutFrom(VANTAGES.slice(0, 1), "blue");
    const explanation = await world.explained(saysOfBlue(/^public: .*failed.* at 1/));
    expect(explanation).toMatchObject({ wouldMove: false, action: "stay", primary: "blue" });
    expect(explanation.reasons.map(({ code }) => code)).toEqual(["verdict"]);
    await expectNothingMoved();
  },
  OF_A_WORLD_MS,
);

test(
  "blue's API server alone is never a reason",
  async () => {
    await world.panel.kill("blue", "api");
    const isMeant = (one: Explanation) => verdictOf(one, "blue")?.verdict === "api-only";
    const explanation = await world.explained(isMeant);
    expect(explanation).toMatchObject({ wouldMove: false, action: "stay" });
    const [reason] = explanation.reasons;
    expect(reason?.text).toContain("the API server is away, no user is affected");
    await expectNothingMoved();
    expect(await world.kube.replicas("green")).toBe(0);
  },
  OF_A_WORLD_MS,
);

test(
  "vantages that see both clusters fail doubt themselves",
  async () => {
    await cutFrom(VANTAGES, "blue", "green");
    const explanation = await world.explained(
      (one) =>
        saysOfBlue(/^public: failed at 3/)(one) &&
        saysOfBlue(/^api: failed at 3/)(one) &&
        one.reasons.some(({ text }) => text.includes("every API server looks bad")),
    );
    expect(explanation).toMatchObject({ wouldMove: false, action: "stay" });
    await expectNothingMoved();
  },
  OF_A_WORLD_MS,
);

test(
  "vantages that reach no control target either abstain",
  async () => {
    await world.panel.fault({ part: "control", kind: "partition", from: VANTAGES });
    await cutFrom(VANTAGES, "blue", "green");
    const abstained = (one: Explanation) =>
      ["east", "west", "north"].every((name) =>
        saysOfBlue(new RegExp(`^${name} abstains: it reaches none of its control targets$`))(one),
      );
    const explanation = await world.explained(abstained);
    expect(explanation).toMatchObject({ wouldMove: false, action: "stay" });
    expect(verdictOf(explanation, "blue")?.verdict).toBe("observer-isolated");
    await expectNothingMoved();
  },
  OF_A_WORLD_MS,
);

test(
  "a process that stood still for 2 s does not trust what it missed",
  async () => {
    world.serve.child.signal("SIGSTOP");
    const untilMs = clock.monotonicMs() + 2_000;
    await eventually(() => clock.monotonicMs() > untilMs, { withinMs: 5_000 });
    world.serve.child.signal("SIGCONT");
    expect(await world.explain()).toMatchObject({ wouldMove: false, action: "stay" });
    await expectNothingMoved();
    const doubts = (await world.events()).filter(
      (event) => event.type === "verdict.reached" && event.verdict === "observer-isolated",
    );
    expect(JSON.stringify(doubts)).toMatch(/abstains: its event loop was \d{4} ms late/);
  },
  OF_A_WORLD_MS,
);
