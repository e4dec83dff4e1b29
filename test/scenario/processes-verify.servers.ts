import { expect, test } from "@jest/globals";
import type { JournalEvent } from "../../src/domain/event.ts";
import type { Fleet } from "../servers/fleet.ts";
import { closedAfterEach, WITH_FLEET_MS } from "../servers/fleets.ts";
import { VANTAGES } from "./world.ts";

const open = closedAfterEach();
const [, WEST] = VANTAGES;

/** What was written down of the step that asks by the public path. */
async function verifying(fleet: Fleet, id: string): Promise<readonly JournalEvent[]> {
  const events = await fleet.world.events();
  return events.filter(
    (event) => event.stream === id && "step" in event && event.step === "verify",
  );
}

/** From where it was asked, once the move has succeeded. */
async function askedFrom(fleet: Fleet, id: string): Promise<unknown> {
  await fleet.world.reached(id, "succeeded").catch(fleet.withLogs);
  const after = (await verifying(fleet, id)).flatMap((event) =>
    event.type === "step.reached" ? [event.after] : [],
  );
  expect(after).toEqual([expect.objectContaining({ address: "127.0.0.3", times: 3 })]);
  return (after[0] as { readonly vantages?: unknown } | undefined)?.vantages;
}

test(
  "a move is verified from every vantage and the worker, and not before all of them are served",
  async () => {
    const fleet = await open();
    const { panel } = fleet.world;
    await fleet.start();
    const cut = { part: "shop", cluster: "green", kind: "partition", from: [WEST] } as const;
    const fault = await panel.fault(cut);
    await panel.kill("blue");
    const id = await fleet.world.opened().catch(fleet.withLogs);
    const refused = async () =>
      (await verifying(fleet, id)).some(
        (event) => event.type === "gate.refused" && event.reason.startsWith("west: "),
      );
    await fleet.until(refused);
    expect((await fleet.world.operation(id)).state).toBe("running");
    await panel.heal(fault);
    expect(await askedFrom(fleet, id)).toEqual(["worker", "east", "west", "north"]);
  },
  WITH_FLEET_MS,
);

test(
  "a probe that is dead holds nothing up: it is verified from the others",
  async () => {
    const fleet = await open();
    await fleet.start();
    await fleet.probes[2]?.kill();
    await fleet.world.panel.kill("blue");
    const id = await fleet.world.opened().catch(fleet.withLogs);
    expect(await askedFrom(fleet, id)).toEqual(["worker", "east", "west"]);
  },
  WITH_FLEET_MS,
);

test(
  "while Redis is away vantages are asked in the answers to what they tell",
  async () => {
    const fleet = await open();
    await fleet.start();
    await fleet.redis.process.kill();
    await fleet.world.panel.kill("blue");
    const id = await fleet.world.opened().catch(fleet.withLogs);
    expect(await askedFrom(fleet, id)).toEqual(["worker", "east", "west", "north"]);
  },
  WITH_FLEET_MS,
);
