import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { type Fleet, openFleet, ready } from "../servers/fleet.ts";
import { VANTAGES } from "./world.ts";

let fleet: Fleet;

beforeEach(async () => {
  fleet = await openFleet();
}, 60_000);

afterEach(async () => await fleet.close(), 60_000);

/** Nine processes on a machine that has other things to do. */
const LONG_MS = 240_000;
const SOON = { withinMs: 60_000, everyMs: 100 };
const [EAST] = VANTAGES;

function withLogs(cause: unknown): never {
  throw new Error(fleet.said(), { cause });
}

/** There is one operation, which has succeeded, and all can see it. */
async function movedOnce(): Promise<void> {
  const { world } = fleet;
  const id = await world.opened().catch(withLogs);
  await world.reached(id, "succeeded").catch(withLogs);
  await world.movedTo("green");
  expect(await world.operations()).toHaveLength(1);
  expect((await world.cli("audit", "verify")).status).toBe(0);
}

test(
  "a vantage that runs twice is one witness: alone it moves nothing, and with another once",
  async () => {
    const { world } = fleet;
    fleet.startProbes();
    await ready(fleet.startProbe("east"));
    await fleet.start();
    const cut = { part: "all", cluster: "blue", kind: "partition", from: [EAST] } as const;
    const fault = await world.panel.fault(cut);
    const outvoted = /^public: .*failed.* at 1/;
    const { wouldMove } = await world.explained(({ verdicts }) =>
      verdicts.some(({ evidence }) => evidence.some((line) => outvoted.test(line))),
    );
    expect(wouldMove).toBe(false);
    // Whoever watches looks at the standby again, twice each, and does nothing.
    await world.panel.calls(6, { part: "store", cluster: "green" });
    expect(await world.operations()).toEqual([]);
    await world.panel.heal(fault);
    await world.settled();
    await world.panel.kill("blue");
    await movedOnce();
  },
  LONG_MS,
);

test(
  "a probe and the API are killed in the middle of a failover: it goes on, and both are there again",
  async () => {
    const { world } = fleet;
    await fleet.start();
    const at = { part: "store", cluster: "green", verb: "PUT", path: "/role" } as const;
    const held = await world.panel.hold({ ...at, when: "before" });
    await world.panel.kill("blue");
    await held.held();
    await fleet.probes[0]?.kill();
    await world.serve.child.kill();
    await held.release();
    // Nobody can be asked: it is seen where it happens.
    await eventually(async () => (await world.storeRole("green")) === "primary", SOON).catch(
      withLogs,
    );
    await eventually(async () => (await world.zone()).addresses.join() === "127.0.0.3", SOON).catch(
      withLogs,
    );
    await eventually(() => fleet.said().includes("failover of shop: succeeded"), SOON).catch(
      withLogs,
    );
    await ready(fleet.startProbe("east"));
    await fleet.answer();
    const [operation] = await world.operations();
    await world.reached(operation?.id ?? "", "succeeded").catch(withLogs);
    await world.movedTo("green");
    expect(await world.operations()).toHaveLength(1);
    expect((await world.cli("audit", "verify")).status).toBe(0);
    await world.explained(({ verdicts }) =>
      verdicts.some(({ cluster, verdict }) => cluster === "green" && verdict === "healthy"),
    );
  },
  LONG_MS,
);
