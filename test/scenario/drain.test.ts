import { expect, test } from "@jest/globals";
import { OF_A_WORLD_MS, openSettledWorld } from "./world.ts";

const DRAINS = { withinMs: 10_000 };

test(
  "SIGTERM in the middle of an operation drains it, a restart goes on; SIGTERM at rest drains too",
  async () => {
    const world = await openSettledWorld();
    try {
      await world.panel.startupDelay("green", 3_000);
      await world.panel.kill("blue");
      const id = await world.opened();
      await world.stepIs(id, "scale", "running");
      world.serve.child.signal("SIGTERM");
      expect(await world.serve.child.exited(DRAINS)).toBe(0);

      await world.start();
      const { events } = await world.reached(id, "succeeded");
      const promoted = events.filter(
        (one) => one.type === "step.reached" && one.step === "promote",
      );
      expect(promoted).toHaveLength(1);
      await world.movedTo("green");

      world.serve.child.signal("SIGTERM");
      expect(await world.serve.child.exited(DRAINS)).toBe(0);
    } finally {
      await world.close();
    }
  },
  OF_A_WORLD_MS,
);
