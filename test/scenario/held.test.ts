import { expect, test } from "@jest/globals";
import { SHORT } from "./short-runbook.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";
import { BY_HAND } from "./world-file.ts";

async function within(use: (world: World) => Promise<void>): Promise<void> {
  const world = await openSettledWorld({ config: BY_HAND, runbooks: [SHORT] });
  try {
    await use(world);
  } finally {
    await world.close();
  }
}

test(
  "past the point of no return a failure holds it, and it goes on when it is told to",
  () =>
    within(async (world) => {
      await world.panel.kill("blue");
      await world.explained(({ since }) => since !== undefined);
      const dead = await world.panel.fault({ part: "dns", kind: "kill" });
      const id = await world.request("short-move");
      const { because, steps } = await world.reached(id, "held");
      expect(because).toMatch(/^dns failed: .*; promote can't be taken back$/);
      expect(steps).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ id: "promote", state: "reached" }),
          expect.objectContaining({ id: "primary", state: "reached" }),
          expect.objectContaining({ id: "dns", state: "failed" }),
          expect.objectContaining({ id: "verify", state: "waiting" }),
        ]),
      );
      const { severity, text } = await world.told(/is held/);
      expect(severity).toBe("page");
      expect(text).toContain("promote can't be taken back");
      expect(text).toContain(`greenlight operation resume ${id}`);
      expect((await world.cli("operation", "watch", id)).status).toBe(5);

      await world.panel.heal(dead);
      const resumed = await world.cli("operation", "resume", id, "--wait");
      expect(resumed).toMatchObject({ status: 0, out: expect.stringContaining("succeeded") });
      await world.movedTo("green");
    }),
  OF_A_WORLD_MS,
);
