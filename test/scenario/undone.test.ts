import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { SHORT } from "./short-runbook.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";
import type { ZoneState } from "./zone.ts";

const FOREVER_MS = 600_000;
/** Time enough for a person to be faster; what was begun is waited for. */
const SLOW_MS = 6_000;
const SLOW_TO_TRUST = { preset: "fast", success: 5 };
let world: World;
let zone: ZoneState;

beforeAll(async () => {
  // Blue counts as failed for a while after it is served from again: that moves nothing either.
  const config = [[["applications", 0, "probing"], SLOW_TO_TRUST]] as const;
  world = await openSettledWorld({ config, runbooks: [SHORT] });
  zone = await world.zone();
}, OF_A_WORLD_MS);

afterEach(() => world.panel.startupDelay("green", 20));

afterAll(() => world.close());

/** As if nothing had been: the serial says that nobody even touched the zone. */
async function expectRestored(): Promise<void> {
  expect(await world.zone()).toEqual(zone);
  expect(await world.kube.replicas("blue")).toBe(2);
  expect(await world.kube.replicas("green")).toBe(0);
  expect(await world.storeRole("blue")).toBe("primary");
  expect(await world.storeRole("green")).toBe("standby");
  await world.panel.calls(4, { part: "store", cluster: "green" });
  expect(await world.application()).toMatchObject({ primary: "blue", operation: null });
}

test(
  "a step that fails before the point of no return: all is restored, the failing step too",
  async () => {
    await world.panel.startupDelay("green", FOREVER_MS);
    const id = await world.request("short-move");
    const { steps, events } = await world.reached(id, "undone");
    expect(steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: "fence", state: "undone" }),
        expect.objectContaining({ id: "fence-data", state: "undone" }),
        expect.objectContaining({ id: "scale", state: "undone" }),
        expect.objectContaining({ id: "promote", state: "waiting" }),
        expect.objectContaining({ id: "dns", state: "waiting" }),
      ]),
    );
    const reason = expect.stringMatching(/gave up after 2000 ms/);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "step.failed", step: "scale", reason }),
    );
    await expectRestored();
    expect(await world.told(/was undone/)).toMatchObject({ severity: "page", operation: id });
  },
  OF_A_WORLD_MS,
);

test(
  "one that is aborted before the point of no return is undone",
  async () => {
    await world.settled();
    await world.panel.startupDelay("green", SLOW_MS);
    const id = await world.request("failover");
    await world.stepIs(id, "scale", "running");
    const { status, out } = await world.cli("operation", "abort", id, "--wait");
    expect({ status, out }).toEqual({ status: 3, out: expect.stringContaining("undone") });
    expect(await world.operation(id)).toMatchObject({ state: "undone" });
    await expectRestored();
  },
  OF_A_WORLD_MS,
);

test(
  "blue comes back before the point of no return: it is undone, and all stays on blue",
  async () => {
    await world.settled();
    await world.panel.startupDelay("green", SLOW_MS);
    await world.panel.kill("blue");
    const id = await world.opened();
    await world.stepIs(id, "scale", "running");
    await world.panel.heal();
    const { events, by } = await world.reached(id, "undone");
    expect(by).toBe("decision");
    const aborting = { type: "operation.aborting", by: "decision: blue is healthy again" };
    expect(events).toContainEqual(expect.objectContaining(aborting));
    await expectRestored();
    await world.settled();
    expect(await world.explain()).toMatchObject({ action: "stay", primary: "blue" });
    const undone = ["undone", "undone", "undone"];
    expect((await world.operations()).map(({ state }) => state)).toEqual(undone);
  },
  OF_A_WORLD_MS,
);
