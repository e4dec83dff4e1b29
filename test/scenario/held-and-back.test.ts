import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../fakes/until.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await openSettledWorld();
}, OF_A_WORLD_MS);

afterAll(() => world.close());

const SOON = { withinMs: 20_000 };
const states = async () => (await world.operations()).map(({ kind, state }) => `${kind} ${state}`);

test(
  "blue comes back while the move is held: it is fenced, people are paged, the move stays held",
  async () => {
    const dns = await world.panel.fault({ part: "dns", kind: "kill" });
    const blue = await world.panel.kill("blue");
    const id = await world.opened();
    await world.reached(id, "held");
    expect(await world.storeRole("green")).toBe("primary");

    await world.panel.heal(blue);
    await eventually(async () => (await world.storeRole("blue")) === "fenced", SOON);
    await eventually(async () => (await world.kube.replicas("blue")) === 0, SOON);
    const { severity, text } = await world.told(/blue serves shop beside the primary/);
    expect(severity).toBe("page");
    expect(text).toContain(`greenlight operation show ${id}`);
    expect(await states()).toEqual(["failover held"]);

    await world.panel.heal(dns);
    const resumed = await world.cli("operation", "resume", id, "--wait");
    expect(resumed).toMatchObject({ status: 0 });
    await world.movedTo("green");
    // What a fence is not is still to be done: the rest of it is closed, too.
    const PAID = "quarantine succeeded failover succeeded";
    await eventually(async () => (await states()).join(" ") === PAID, SOON);
    expect(await world.storeRole("blue")).toBe("fenced");
  },
  2 * OF_A_WORLD_MS,
);

test(
  "where nothing is owed any more, nobody may quarantine what could be needed",
  async () => {
    const { status, err } = await world.cli("operation", "start", "shop", "quarantine", "--yes");
    expect(status).toBe(4);
    expect(err).toContain("nothing is owed of blue");
  },
  OF_A_WORLD_MS,
);

test(
  "Leases that are gone from everywhere are put back by a person, with what the journal says",
  async () => {
    const { epoch } = await world.application();
    const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    for (const cluster of ["blue", "green"])
      await world.kube.ask(cluster, `${leases}/greenlight-shop`, { method: "DELETE" });
    const isUnclear = ({ name, whyNot }: { name: string; whyNot?: string | undefined }) =>
      name === "adoption" && whyNot !== undefined;
    const { guards } = await world.explained((one) => one.guards.some(isUnclear));
    const why = guards.find(isUnclear)?.whyNot ?? "";
    expect(why).toContain(`green was primary at epoch ${epoch}`);
    const body = JSON.parse(/'(\{.*\})'/.exec(why)?.[1] ?? "");
    const { status } = await world.kube.ask("green", leases, { method: "POST", body });
    expect(status).toBe(201);
    await world.explained(({ primary }) => primary === "green");
  },
  OF_A_WORLD_MS,
);
