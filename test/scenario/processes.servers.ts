import { afterEach, describe, expect, test } from "@jest/globals";
import { type Fleet, openFleet } from "../servers/fleet.ts";

let fleet: Fleet;

afterEach(async () => await fleet?.close());

/** Eight processes on a machine that has other things to do. */
const LONG_MS = 180_000;

describe("processes that share nothing but Redis, PostgreSQL and the clusters", () => {
  test(
    "move the application when blue dies: one operation, which succeeds",
    async () => {
      fleet = await openFleet();
      const { world } = fleet;
      await fleet.start();
      await world.panel.kill("blue");
      await world.movedByItself().catch((error: unknown) => {
        throw new Error(fleet.said(), { cause: error });
      });
      expect(await world.operations()).toHaveLength(1);
      expect((await world.cli("audit", "verify")).status).toBe(0);
    },
    LONG_MS,
  );
});
