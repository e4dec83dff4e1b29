import { afterEach, expect } from "@jest/globals";
import type { WorldOptions } from "../scenario/world-file.ts";
import { type Fleet, openFleet } from "./fleet.ts";

/** Some ten processes on a machine that has other things to do: what one test with them may take. */
export const WITH_FLEET_MS = 240_000;

/** Opens them, each until the end of its test. */
export function closedAfterEach(): (options?: WorldOptions) => Promise<Fleet> {
  const opened: Fleet[] = [];
  afterEach(async () => {
    for (const fleet of opened.splice(0)) await fleet.close();
  }, 60_000);
  return async (options) => {
    const fleet = await openFleet(options);
    opened.push(fleet);
    return fleet;
  };
}

/** Until the one failover that there is has succeeded, and all can see it. */
export async function movedOnce({ world, withLogs }: Fleet, known?: string): Promise<void> {
  const id = known ?? (await world.opened().catch(withLogs));
  await world.reached(id, "succeeded").catch(withLogs);
  await world.movedTo("green");
  const operations = await world.operations();
  expect(operations.filter(({ kind }) => kind === "failover")).toHaveLength(1);
  expect(await world.cli("audit", "verify")).toMatchObject({ status: 0 });
}
