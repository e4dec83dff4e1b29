import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";
import { BY_HAND } from "./world-file.ts";
import type { ZoneState } from "./zone.ts";

/** Two steps beside each other, and as a third one what is appended. */
const runbook = (kind: string, ends: string, third = "") => `
kind: ${kind}
title: A kind that nobody here has heard of
ends: ${ends}
steps:
  - id: warm
    uses: scale
    each: workloads
    cluster: \${to}
    desired: {replicas: 3}
    timeout: 20s
    onFailure: undo
  - id: point
    uses: dns
    each: dns
    desired: {address: "\${each.address}"}
    timeout: 20s
    onFailure: undo
${third}`;

const COMMIT = `
  - id: commit
    uses: data
    each: data
    cluster: \${to}
    desired: {role: primary}
    needs: [warm, point]
    timeout: 20s
    irreversible: true
    onFailure: hold
`;

const STALL = `
kind: stall
title: Waits for what never comes
ends: keep
steps:
  - id: wait
    uses: scale
    each: workloads
    cluster: \${to}
    desired: {replicas: 1}
    timeout: 500ms
    onFailure: hold
`;

let world: World;
let zone: ZoneState;

beforeAll(async () => {
  world = await openSettledWorld({
    config: BY_HAND,
    runbooks: [
      runbook("dress", "restore"),
      runbook("leap", "keep", COMMIT),
      runbook("lie", "restore", COMMIT),
      STALL,
    ],
  });
  zone = await world.zone();
}, OF_A_WORLD_MS);

afterAll(() => world.close());

/** As kill -9 does, while the sandbox holds a call; what it holds is lost with its caller. */
async function killWhile(held: Awaited<ReturnType<World["panel"]["hold"]>>): Promise<void> {
  await held.held();
  await world.serve.child.kill();
  await held.release("drop");
  await world.start();
}

test("an irreversible step in a plan that ends by restoring is refused with the reason", async () => {
  const body = { application: "shop", kind: "lie" };
  const key = { "idempotency-key": "lie" };
  expect(await world.serve.post("/v1/operations", body, key)).toMatchObject({
    status: 422,
    type: "application/problem+json",
    json: {
      code: "GL_PLAN_UNSAFE",
      detail: "commit is irreversible, so the plan can't end by restoring",
    },
  });
  expect(await world.operations()).toEqual([]);
});

test(
  "one that ends by restoring puts everything back, also when it is killed in the middle",
  async () => {
    const update = await world.panel.hold({ part: "dns", verb: "update", when: "after" });
    const id = await world.request("dress");
    await killWhile(update);
    const { steps, events } = await world.reached(id, "restored");
    expect(steps.map(({ id: step, state }) => [step, state])).toEqual([
      ["warm", "undone"],
      ["point", "undone"],
    ]);
    const reached = events.flatMap((one) => (one.type === "step.reached" ? [one.step] : []));
    expect(reached.toSorted()).toEqual(["point", "warm"]);
    expect((await world.zone()).addresses).toEqual(zone.addresses);
    expect(await world.kube.replicas("green")).toBe(0);
    expect(await world.application()).toMatchObject({ primary: "blue" });
  },
  OF_A_WORLD_MS,
);

test(
  "one that is held and then aborted ends as it is",
  async () => {
    await world.panel.startupDelay("green", 600_000);
    const id = await world.request("stall");
    await world.reached(id, "held");
    expect((await world.cli("operation", "abort", id, "--wait")).status).toBe(5);
    const { events, because } = await world.operation(id);
    expect(events.at(-1)).toMatchObject({ type: "operation.ended", outcome: "held" });
    expect(because).toBe("ended as it is by sandbox");
    expect(await world.kube.replicas("green")).toBe(1);
    expect(await world.told(/was ended as it is/)).toMatchObject({ operation: id });
    expect(await world.serve.post(`/v1/operations/${id}/resume`)).toMatchObject({
      status: 409,
      json: { code: "GL_CONFLICT", detail: expect.stringContaining("is not held") },
    });
    await world.panel.startupDelay("green", 20);
  },
  OF_A_WORLD_MS,
);

test(
  "one that ends by keeping does its irreversible step once both are there, and once only",
  async () => {
    const promote = await world.panel.hold({
      part: "store",
      cluster: "green",
      verb: "PUT",
      path: "/role",
      when: "after",
    });
    const id = await world.request("leap");
    await killWhile(promote);
    const { steps, events } = await world.reached(id, "succeeded");
    expect(steps.map(({ state }) => state)).toEqual(["reached", "reached", "reached"]);
    const order = events.flatMap((event) => (event.type === "step.intended" ? [event.step] : []));
    expect(order.slice(0, 2).toSorted()).toEqual(["point", "warm"]);
    expect(new Set(order.slice(2))).toEqual(new Set(["commit"]));
    expect(events.filter(({ type }) => type === "step.reached")).toHaveLength(3);
    expect(await world.kube.replicas("green")).toBe(3);
    expect((await world.zone()).addresses).toEqual(["127.0.0.3"]);
    expect(await world.storeRole("green")).toBe("primary");
  },
  OF_A_WORLD_MS,
);
