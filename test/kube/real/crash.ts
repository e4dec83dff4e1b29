import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { lostIn } from "./clients.ts";
import { bringHome } from "./failback.ts";
import { movedTo } from "./moved.ts";
import { OF_A_RUN_MS } from "./run.ts";
import { stepsOf, tell } from "./tell.ts";
import { type Ground, openWorld, type World } from "./world.ts";

/** Blue dies, whole; and is repaired. */
export function describeCrash(ground: () => Ground): void {
  describe("blue is killed whole", () => {
    let world: World;
    let opened: World | undefined;
    beforeAll(async () => {
      world = await openWorld(ground());
      opened = world;
    }, OF_A_RUN_MS);
    afterAll(() => opened?.close());

    test("green takes over, once, and users are served", () => dies(world), OF_A_RUN_MS);

    test("blue is repaired, and people bring the shop home", () => bringHome(world), OF_A_RUN_MS);
  });
}

async function dies(world: World): Promise<void> {
  const clients = world.ask();
  await clients.served("blue");
  await showsPlan(world);
  const killedAt = new SystemClock().wallMs();
  await world.blue.kill();
  const id = await world.operator.opened("failover");
  await world.operator.reached(id, "succeeded");
  await clients.served("green");
  await clients.stop();
  await movedTo(world, "green", id);
  const lost = await lostIn(world.green.store, clients.answers);
  const { dataLoss, recovery, result } = await world.operator.report(id);
  expect(result).toBe("PASS");
  expect(dataLoss).toMatchObject({ confidence: "estimated", ms: expect.any(Number) });
  // All that was lost was acknowledged within the bound that is reported.
  const boundAt = killedAt - (dataLoss.ms ?? 0);
  expect(lost.filter(({ answeredAt }) => answeredAt < boundAt)).toEqual([]);
  const { longestOutageMs, writesAcknowledged } = clients.tally();
  const bound = { lost: lost.length, of: writesAcknowledged, lossBoundMs: dataLoss.ms };
  tell("crash", { ...bound, longestOutageMs, recoveryMs: recovery.fromFirstFailedMs });
  tell("crash", { parts: recovery.parts, steps: stepsOf(await world.operator.operation(id)) });
  expect(await world.operator.operations()).toHaveLength(1);
}

/** The API may look at all that a move would change, by rights that let it change nothing. */
async function showsPlan({ operator }: World): Promise<void> {
  const { status, json } = await operator.post("/v1/applications/shop/plan", { kind: "failover" });
  expect([status, json.plan.kind]).toEqual([200, "failover"]);
  expect(JSON.stringify(json.pending)).not.toMatch(/GL_[A-Z]+/);
}
