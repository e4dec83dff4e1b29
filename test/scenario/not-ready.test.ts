import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Explanation } from "../../src/domain/explain.ts";
import { DEPLOYMENTS, SHOP } from "./kube.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";

const isRefusedBy = (name: string) => (explanation: Explanation) =>
  explanation.guards.some((guard) => guard.name === name && guard.whyNot !== undefined);

const isHeldBy = (code: string) => (explanation: Explanation) =>
  explanation.action === "hold" && explanation.reasons.some((reason) => reason.code === code);

const reasonOf = ({ reasons }: Explanation, code: string) =>
  reasons.find((reason) => reason.code === code)?.text;

/** Nobody touched anything, and a human knows why. */
async function expectHeld(world: World, why: RegExp): Promise<void> {
  const { severity, application } = await world.told(why);
  expect({ severity, application }).toEqual({ severity: "page", application: "shop" });
  expect(world.inbox.forged).toEqual([]);
  await world.panel.calls(4, { part: "store", cluster: "green" });
  expect(await world.operations()).toEqual([]);
  expect(await world.application()).toMatchObject({ primary: "blue", epoch: 0 });
  expect((await world.zone()).addresses).toEqual(["127.0.0.2"]);
}

let world: World;

beforeAll(async () => {
  world = await openSettledWorld();
}, OF_A_WORLD_MS);

/** What forbids a move goes only when there is nothing to move for: else it moves, as it should. */
const isWell = ({ verdicts }: Explanation) =>
  verdicts.some(({ cluster, verdict }) => cluster === "blue" && verdict === "healthy");

afterEach(async () => {
  await world.panel.heal();
  // After the last test blue is not the primary any more, and stays behind.
  if ((await world.application()).primary === "blue") await world.explained(isWell);
  await world.panel.store({ cluster: "blue", heartbeat: "on" });
});

afterAll(() => world.close());

test(
  "what would be lost is unknown while the heartbeat is silent",
  async () => {
    await world.panel.store({ cluster: "blue", heartbeat: "silent" });
    // Just before it counts as silent, what would be lost is known, and beyond the RPO.
    const isSilent = ({ guards }: Explanation) =>
      guards.some(({ name, whyNot }) => name === "loss-bound" && whyNot?.includes("is silent"));
    const explanation = await world.explained(isSilent);
    expect(explanation).toMatchObject({ action: "stay", wouldMove: false });
    await world.panel.kill("blue");
    const held = await world.explained(isHeldBy("loss-bound"));
    expect(reasonOf(held, "loss-bound")).toMatch(/unknown.*the heartbeat is silent/);
    await expectHeld(world, /what would be lost is unknown: .*the heartbeat is silent/);
  },
  OF_A_WORLD_MS,
);

test(
  "green's API server is away when blue's shop fails",
  async () => {
    await world.settled();
    await world.panel.kill("green", "api");
    await world.explained(isRefusedBy("standby-not-ready"));
    const shop = await world.panel.kill("blue", "shop");
    const held = await world.explained(isHeldBy("standby-not-ready"));
    expect(reasonOf(held, "standby-not-ready")).toMatch(/green is not ready: shop: .*ECONNREFUSED/);
    await expectHeld(world, /green is not ready: shop: .*ECONNREFUSED/);
    await world.panel.heal(shop);
    await world.explained(isWell);
  },
  OF_A_WORLD_MS,
);

test(
  "green has no Deployment when blue dies; it moves once there is one",
  async () => {
    await world.settled();
    const { apiVersion, kind, metadata, spec } = (await world.kube.ask("green", SHOP)).json;
    await world.kube.ask("green", SHOP, { method: "DELETE" });
    await world.explained(isRefusedBy("standby-not-ready"));
    await world.panel.kill("blue");
    const held = await world.explained(isHeldBy("standby-not-ready"));
    expect(reasonOf(held, "standby-not-ready")).toMatch(/GL_NOT_FOUND/);
    await expectHeld(world, /green is not ready: shop: GL_NOT_FOUND/);

    const { name, labels } = metadata;
    const body = { apiVersion, kind, metadata: { name, labels }, spec };
    expect(await world.kube.ask("green", DEPLOYMENTS, { method: "POST", body })).toMatchObject({
      status: 201,
    });
    await world.movedByItself();
  },
  OF_A_WORLD_MS,
);
