import { expect, test } from "@jest/globals";
import type { Explanation } from "../../src/domain/explain.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";

async function within(use: (world: World) => Promise<void>): Promise<void> {
  const world = await openSettledWorld();
  try {
    await use(world);
  } finally {
    await world.close();
  }
}

const isVerdict = (cluster: string, kind: string) => (explanation: Explanation) =>
  explanation.verdicts.some((one) => one.cluster === cluster && one.verdict === kind);

test(
  "blue comes back before the point of no return: it is undone, and all stays on blue",
  () =>
    within(async (world) => {
      const zone = await world.zone();
      await world.panel.startupDelay("green", 5_000);
      await world.panel.kill("blue");
      const id = await world.opened();
      await world.stepIs(id, "scale", "running");
      await world.panel.heal();
      const { events } = await world.reached(id, "undone");
      expect(events).toContainEqual(
        expect.objectContaining({
          type: "operation.aborting",
          by: "decision: blue is healthy again",
        }),
      );
      expect(await world.zone()).toEqual(zone);
      expect(await world.kube.replicas("blue")).toBe(2);
      expect(await world.kube.replicas("green")).toBe(0);
      expect(await world.storeRole("blue")).toBe("primary");
      await world.settled();
      expect(await world.explain()).toMatchObject({ action: "stay", primary: "blue" });
      expect((await world.operations()).map(({ state }) => state)).toEqual(["undone"]);
    }),
  OF_A_WORLD_MS,
);

test(
  "blue comes back after it: it finishes on green; then green dies, then blue too",
  () =>
    within(async (world) => {
      const dns = await world.panel.fault({ part: "dns", kind: "kill" });
      const blue = await world.panel.kill("blue");
      const id = await world.opened();
      await world.stepIs(id, "primary", "reached");
      await world.panel.heal(blue);
      await world.explained(isVerdict("blue", "healthy"));
      const refused = await world.cli("operation", "abort", id);
      const why = expect.stringContaining("promote can't be taken back");
      expect(refused).toMatchObject({ status: 4, err: why });
      expect(await world.operation(id)).toMatchObject({ state: "running" });
      await world.panel.heal(dns);
      await world.reached(id, "succeeded");
      await world.movedTo("green");

      await world.panel.kill("green");
      const held = await world.explained(({ action }) => action === "hold");
      expect(held).toMatchObject({ primary: "green", to: "blue" });
      expect(held.reasons).toContainEqual({
        code: "cooldown",
        text: expect.stringMatching(/^cooldown after the last move: \d+ s remain$/),
      });
      expect(await world.told(/may not move by itself.*cooldown/)).toMatchObject({
        severity: "page",
      });

      await world.panel.kill("blue");
      const both = await world.explained(isVerdict("green", "inconclusive"));
      expect(both.reasons[0]?.text).toContain("every API server looks bad");
      await world.panel.calls(6, { part: "control" });
      expect((await world.operations()).map(({ state }) => state)).toEqual(["succeeded"]);
      expect((await world.zone()).addresses).toEqual(["127.0.0.3"]);
    }),
  OF_A_WORLD_MS,
);
