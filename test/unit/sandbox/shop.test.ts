import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Agent, request } from "undici";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../../src/adapters/http/http-call.ts";
import { findFreePort } from "../../../src/sandbox/free-port.ts";
import type { Front } from "../../../src/sandbox/front.ts";
import { createHttpFront } from "../../../src/sandbox/http-front.ts";
import { Shop } from "../../../src/sandbox/shop/shop.ts";
import { openStores, TOKEN } from "../../fakes/sandbox-store.ts";
import { eventually } from "../../fakes/until.ts";

const clock = new SystemClock();
const host = "127.0.0.3";
let stores: Awaited<ReturnType<typeof openStores>>;
let shop: Shop;
let front: Front;
let agent: Agent;
let url: string;

beforeEach(async () => {
  stores = await openStores();
  agent = new Agent({ localAddress: host });
  shop = new Shop({
    cluster: "green",
    storeUrls: Object.values(stores.urls),
    storeToken: TOKEN,
    call: createCallHttp(agent, clock),
    clock,
  });
  const { faults, holds, calls, chance } = stores;
  const address = { host, port: await findFreePort([host], chance) };
  const place = { part: "shop", cluster: "green" } as const;
  front = createHttpFront(shop.handler, { address, place, faults, holds, calls, chance, clock });
  await front.setOpen(true);
  url = `http://${host}:${address.port}`;
});

afterEach(async () => {
  await front.close();
  await stores.close();
  await agent.destroy();
});

async function order(id: unknown) {
  const answer = await request(`${url}/orders`, { method: "POST", body: JSON.stringify({ id }) });
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  return { status: answer.statusCode, json: (await answer.body.json()) as any };
}

test("it says that it is well, and who it is", async () => {
  const health = await request(`${url}/healthz`);
  expect(health.statusCode).toBe(200);
  expect(await health.body.text()).toBe("ok\n");
  const home = await request(`${url}/`);
  expect(await home.body.json()).toMatchObject({ cluster: "green", version: "1.0" });
  expect((await request(`${url}/else`)).statusCode).toBe(404);
});

test("an order is acknowledged once the primary has it, wherever that is", async () => {
  const { status, json } = await order("a");
  expect({ status, json }).toMatchObject({ status: 200, json: { id: "a", cluster: "green" } });
  expect(stores.blue.log.orders()).toMatchObject([{ id: "a", position: json.position }]);
  expect((await order("a")).json).toEqual(json);
});

test("orders wait while no store is primary, and go on with the new one", async () => {
  await order("before");
  stores.blue.setRole("fenced", { epoch: 1, sequence: 3 });
  const waiting = ["a", "b", "c"].map(order);
  await eventually(() => stores.calls.after(0).some(({ path }) => path === "/status"), {
    withinMs: 2_000,
  });
  stores.green.setRole("primary", { epoch: 1, sequence: 7 });
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(["a", "b", "c"].every((id) => stores.green.log.hasOrder(id))).toBe(true);
});

test("a primary that hangs does not keep them from the new one", async () => {
  await order("before");
  await stores.faults.add({ kind: "hang", part: "all", cluster: "blue" });
  const waiting = order("a");
  stores.green.setRole("primary", { epoch: 1, sequence: 7 });
  expect((await waiting).status).toBe(200);
  expect(stores.green.log.hasOrder("a")).toBe(true);
});

test("of two that call themselves primary a shop that starts takes the newer", async () => {
  stores.green.setRole("primary", { epoch: 1, sequence: 7 });
  shop.start();
  expect((await order("a")).status).toBe(200);
  expect([stores.blue.log.hasOrder("a"), stores.green.log.hasOrder("a")]).toEqual([false, true]);
});

test("after two seconds without a primary an order is refused", async () => {
  stores.blue.setRole("fenced", { epoch: 1, sequence: 3 });
  const fromMs = clock.monotonicMs();
  const refused = { status: 503, json: { error: "no store takes it", cluster: "green" } };
  expect(await order("a")).toEqual(refused);
  expect(clock.monotonicMs() - fromMs).toBeGreaterThanOrEqual(1_990);
});

test.each([undefined, "", 7, "x".repeat(101)])("an order %j is wrong", async (id) => {
  expect((await order(id)).status).toBe(400);
});
