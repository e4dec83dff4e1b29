import { expect, test } from "@jest/globals";
import { ready } from "../servers/fleet.ts";
import { closedAfterEach, movedOnce, WITH_FLEET_MS } from "../servers/fleets.ts";
import { VANTAGES } from "./world.ts";

const open = closedAfterEach();
const [EAST] = VANTAGES;

test(
  "a vantage that runs twice is one witness: alone it moves nothing, and with another once",
  async () => {
    const fleet = await open();
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
    await movedOnce(fleet);
    expect(await world.operations()).toHaveLength(1);
  },
  WITH_FLEET_MS,
);

test(
  "a probe and the API are killed in the middle of a failover: it goes on, and both are there again",
  async () => {
    const fleet = await open();
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
    await fleet.until(async () => (await world.storeRole("green")) === "primary");
    await fleet.until(async () => (await world.zone()).addresses.join() === "127.0.0.3");
    await fleet.until(() => fleet.said().includes("failover of shop: succeeded"));
    await ready(fleet.startProbe("east"));
    await fleet.answer();
    const [operation] = await world.operations();
    await world.reached(operation?.id ?? "", "succeeded").catch(fleet.withLogs);
    await world.movedTo("green");
    expect(await world.operations()).toHaveLength(1);
    expect((await world.cli("audit", "verify")).status).toBe(0);
    await world.explained(({ verdicts }) =>
      verdicts.some(({ cluster, verdict }) => cluster === "green" && verdict === "healthy"),
    );
  },
  WITH_FLEET_MS,
);
