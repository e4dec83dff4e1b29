import { expect } from "@jest/globals";
import { eventually } from "../../fakes/until.ts";
import { rewind } from "../../servers/rewind.ts";
import { lostIn } from "./clients.ts";
import { movedTo } from "./moved.ts";
import { stepsOf, tell } from "./tell.ts";
import type { World } from "./world.ts";

/** Blue's servers are back after it died, and people bring the shop home. */
export async function bringHome(world: World): Promise<void> {
  const { operator, approver, blue, green } = world;
  const clients = world.ask();
  await blue.start();
  const quarantine = await operator.opened("quarantine");
  await operator.reached(quarantine, "succeeded");
  await rewind(blue.store, green.store);
  const asked = { application: "shop", kind: "failback", reason: "blue is well again" };
  let id = "";
  let last: unknown;
  // As people do: refused with what is missing, until nothing is. A refusal has touched nothing.
  await eventually(async () => {
    const { status, json } = await operator.post("/v1/operations", asked);
    last = json;
    if (status === 202) id = json.operation;
    return status === 202;
  }, SOON).catch((cause: unknown) => {
    throw new Error(`it was refused to the end: ${JSON.stringify(last)}`, { cause });
  });
  expect(await approver.post(`/v1/operations/${id}/approve`)).toMatchObject({ status: 202 });
  await operator.reached(id, "succeeded");
  await clients.served("blue");
  await clients.stop();
  await movedTo(world, "blue", id);
  tell("failback", { steps: stepsOf(await operator.operation(id)) });
  expect(clients.tally()).toMatchObject({ failed: 0 });
  expect(await lostIn(blue.store, clients.answers)).toEqual([]);
  const { asked: requests, writesAcknowledged } = clients.tally();
  const longestWaitMs = clients.longestWaitMs();
  tell("failback", { longestWaitMs, requests, writesAcknowledged, failed: 0, lost: 0 });
}

const SOON = { withinMs: 60_000, everyMs: 200 };
