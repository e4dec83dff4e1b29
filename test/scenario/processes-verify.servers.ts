import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { JournalEvent } from "../../src/domain/event.ts";
import { eventually } from "../fakes/until.ts";
import { type Fleet, openFleet } from "../servers/fleet.ts";
import { VANTAGES } from "./world.ts";

let fleet: Fleet;

beforeEach(async () => {
  fleet = await openFleet();
}, 60_000);

afterEach(async () => await fleet.close(), 60_000);

/** Eight processes on a machine that has other things to do. */
const LONG_MS = 240_000;
const SOON = { withinMs: 60_000, everyMs: 100 };
const [, WEST] = VANTAGES;

function withLogs(cause: unknown): never {
  throw new Error(fleet.said(), { cause });
}

/** What was written down of the step that asks by the public path. */
async function verifying(id: string): Promise<readonly JournalEvent[]> {
  const events = await fleet.world.events();
  return events.filter(
    (event) => event.stream === id && "step" in event && event.step === "verify",
  );
}

/** From where it was asked, once the move has succeeded. */
async function askedFrom(id: string): Promise<unknown> {
  await fleet.world.reached(id, "succeeded").catch(withLogs);
  const after = (await verifying(id)).flatMap((event) =>
    event.type === "step.reached" ? [event.after] : [],
  );
  expect(after).toEqual([expect.objectContaining({ address: "127.0.0.3", times: 3 })]);
  return (after[0] as { readonly vantages?: unknown } | undefined)?.vantages;
}

test(
  "a move is verified from every vantage and the worker, and not before all of them are served",
  async () => {
    const { panel } = fleet.world;
    await fleet.start();
    const cut = { part: "shop", cluster: "green", kind: "partition", from: [WEST] } as const;
    const fault = await panel.fault(cut);
    await panel.kill("blue");
    const id = await fleet.world.opened().catch(withLogs);
    const refused = async () =>
      (await verifying(id)).some(
        (event) => event.type === "gate.refused" && event.reason.startsWith("west: "),
      );
    await eventually(refused, SOON).catch(withLogs);
    expect((await fleet.world.operation(id)).state).toBe("running");
    await panel.heal(fault);
    expect(await askedFrom(id)).toEqual(["worker", "east", "west", "north"]);
  },
  LONG_MS,
);

test(
  "a probe that is dead holds nothing up: it is verified from the others",
  async () => {
    await fleet.start();
    await fleet.probes[2]?.kill();
    await fleet.world.panel.kill("blue");
    const id = await fleet.world.opened().catch(withLogs);
    expect(await askedFrom(id)).toEqual(["worker", "east", "west"]);
  },
  LONG_MS,
);

test(
  "while Redis is away vantages are asked in the answers to what they tell",
  async () => {
    await fleet.start();
    await fleet.redis.process.kill();
    await fleet.world.panel.kill("blue");
    const id = await fleet.world.opened().catch(withLogs);
    expect(await askedFrom(id)).toEqual(["worker", "east", "west", "north"]);
  },
  LONG_MS,
);
