import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { randomSecret } from "../../src/adapters/chance/random-secret.ts";
import { createToken } from "../../src/runtime/token.ts";
import { eventually } from "../fakes/until.ts";
import type { Reply } from "./http-json.ts";
import { SHOP } from "./kube.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";
import { BY_HAND } from "./world-file.ts";
import type { ZoneState } from "./zone.ts";

const POLICY = ["applications", 0, "policy"] as const;
const SOON = { withinMs: 20_000, everyMs: 200 };
/** Longer than a person needs to be seen to be too early. */
const STABILISATION = "4s";
/** For what is asked meanwhile. */
const SLOW_MS = 4_000;
const carol = createToken("carol", "admin");
let world: World;
/** As it is once green serves: what no refusal may change. */
let before: { readonly zone: ZoneState; readonly epoch: number | null };

beforeAll(async () => {
  world = await openSettledWorld({
    config: [
      ...BY_HAND,
      [[...POLICY, "stabilisation"], STABILISATION],
      [[...POLICY, "commitWindow"], "10m"],
      [[...POLICY, "approvals"], { failback: 2 }],
      [["api", "tokens", 2], carol.line],
    ],
  });
  // Blue's store follows green's from now on: all that a way back takes is there.
  await refusedNoMore("switchover");
  await world.reached(await world.request("switchover"), "succeeded");
  await world.movedTo("green");
  await refusedNoMore("failback");
  before = { zone: await world.zone(), epoch: (await world.application()).epoch };
}, OF_A_WORLD_MS);

afterEach(async () => {
  await world.panel.heal();
  await world.panel.store({ cluster: "blue", lagMs: 0 });
  await world.panel.startupDelay("blue", 20);
});

afterAll(() => world.close());

async function plan(kind: string): Promise<readonly string[]> {
  const { status, json } = await world.serve.post("/v1/applications/shop/plan", { kind });
  return status === 200 ? json.refusals : [json.detail];
}

/** Until nothing is missing. */
async function refusedNoMore(kind: string): Promise<void> {
  let last: readonly string[] = [];
  await eventually(async () => {
    last = await plan(kind);
    return last.length === 0;
  }, SOON).catch((cause: unknown) => {
    throw new Error(`${kind} was refused to the end: ${last.join("; ")}`, { cause });
  });
}

async function ask(token?: string): Promise<Reply> {
  const key = { "idempotency-key": randomSecret() };
  const headers = token === undefined ? key : { ...key, authorization: `Bearer ${token}` };
  return await world.serve.post(
    "/v1/operations",
    { application: "shop", kind: "failback" },
    headers,
  );
}

async function approve(id: string, token: string): Promise<Reply> {
  const authorization = `Bearer ${token}`;
  return await world.serve.post(`/v1/operations/${id}/approve`, {}, { authorization });
}

function approver(): string {
  return readFileSync(world.description.approverTokenFile, "utf8").trim();
}

/** Once that is a reason, asking is refused with it; and all is as it was. */
async function expectRefused(why: RegExp): Promise<void> {
  let last: readonly string[] = [];
  await eventually(async () => {
    last = await plan("failback");
    return last.some((reason) => why.test(reason));
  }, SOON).catch((cause: unknown) => {
    throw new Error(`it was never refused so: ${last.join("; ")}`, { cause });
  });
  const { status, json } = await ask();
  expect([status, json.code]).toEqual([409, "GL_REFUSED"]);
  expect(json.detail.split("; ")).toContainEqual(expect.stringMatching(why));
  await expectUntouched();
}

async function expectUntouched(): Promise<void> {
  expect(await world.zone()).toEqual(before.zone);
  expect(await world.storeRole("green")).toBe("primary");
  expect(await world.kube.replicas("green")).toBe(2);
  const { primary } = await world.application();
  expect(primary).toBe("green");
}

test(
  "blue is away, and when it is back it has to stay for a while",
  async () => {
    const fault = await world.panel.kill("blue");
    await expectRefused(/^blue is site-loss|blue is api-only/);
    await world.panel.heal(fault);
    await expectRefused(/^blue has been well for \d s only: \d s remain of its stabilisation$/);
  },
  OF_A_WORLD_MS,
);

test(
  "blue's store is behind",
  async () => {
    await refusedNoMore("failback");
    await world.panel.store({ cluster: "blue", lagMs: 30_000 });
    await expectRefused(/^store of blue is \d+ ms behind, and the RPO is 2000 ms$/);
  },
  OF_A_WORLD_MS,
);

test(
  "other images run on blue",
  async () => {
    await refusedNoMore("failback");
    const { json } = await world.kube.ask("blue", SHOP);
    const [container] = json.spec.template.spec.containers;
    const run = (image: string) =>
      world.kube.patchShop("blue", {
        template: { spec: { containers: [{ ...container, image }] } },
      });
    await run("shop:drifted");
    await expectRefused(/^shop runs .* on green, and shop:drifted on blue$/);
    await run(container.image);
  },
  OF_A_WORLD_MS,
);

test(
  "another operation runs; asked for before it, the plan is another one after it",
  async () => {
    await refusedNoMore("failback");
    const early = await ask();
    expect(early).toMatchObject({ status: 202, json: { state: "awaiting-approval" } });
    await world.panel.startupDelay("blue", SLOW_MS);
    await world.kube.patchShop("blue", { replicas: 0 });
    const drill = await world.request("drill");
    await expectRefused(new RegExp(`^operation ${drill} is not ended$`));
    await world.reached(drill, "restored");

    const { status, json } = await approve(early.json.operation, approver());
    expect([status, json.code]).toEqual([409, "GL_REFUSED"]);
    expect(json.detail).toMatch(/not the one that was asked for any more: the epoch would be/);
    const refused = await world.operation(early.json.operation);
    expect(refused).toMatchObject({ state: "refused", events: [] });
    await expectUntouched();
  },
  OF_A_WORLD_MS,
);

test(
  "whoever asks can't approve it, nor who may not; withdrawn it can't be approved at all",
  async () => {
    await refusedNoMore("failback");
    const { json } = await ask(carol.token);
    const id = json.operation;
    const own = await approve(id, carol.token);
    expect(own).toMatchObject({ status: 409, json: { code: "GL_REFUSED" } });
    expect(own.json.detail).toMatch(/^carol asked for it, and somebody else must approve it$/);
    const operator = await approve(id, world.description.token);
    expect(operator).toMatchObject({ status: 403, json: { code: "GL_ROLE" } });
    expect(await world.operation(id)).toMatchObject({ state: "awaiting-approval" });
    expect((await world.cli("operation", "abort", id)).status).toBe(0);
    const late = await approve(id, approver());
    expect(late).toMatchObject({ status: 409, json: { code: "GL_REFUSED" } });
    expect(await world.operation(id)).toMatchObject({ state: "withdrawn", events: [] });
    await expectUntouched();
  },
  OF_A_WORLD_MS,
);

test(
  "at the right moment it goes home once a second person agrees, and one command takes it back",
  async () => {
    await refusedNoMore("failback");
    const { json } = await ask();
    const id = json.operation;
    expect(await approve(id, approver())).toMatchObject({ status: 202, json: { operation: id } });
    const { events } = await world.reached(id, "succeeded");
    const cause = { request: { by: "sandbox" }, approvals: [{ by: "approver" }] };
    expect(events[0]).toMatchObject({ type: "operation.opened", cause });
    await world.movedTo("blue");
    expect(await world.storeRole("green")).toBe("standby");
    expect(await plan("failback")).toEqual(["shop is at home: blue is primary already"]);

    await refusedNoMore("switchover");
    const back = await world.cli("operation", "rollback", id, "--wait");
    expect({ ...back, out: "" }).toMatchObject({ status: 0 });
    await world.movedTo("green");
    const again = await world.cli("operation", "rollback", id);
    expect(again).toMatchObject({ status: 4, err: expect.stringMatching(/moved it since/) });
  },
  OF_A_WORLD_MS,
);

test(
  "past the point of no return nobody can abort it any more",
  async () => {
    await refusedNoMore("failback");
    const { json } = await ask();
    const lease = await world.panel.hold({
      part: "store",
      cluster: "blue",
      verb: "PUT",
      path: "/role",
      when: "before",
    });
    await approve(json.operation, approver());
    await lease.held();
    const { status, err } = await world.cli("operation", "abort", json.operation);
    expect(status).toBe(4);
    expect(err).toContain("promote can't be taken back");
    await lease.release();
    await world.reached(json.operation, "succeeded");
    await world.movedTo("blue");
  },
  OF_A_WORLD_MS,
);
