import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { request } from "undici";
import type { Fault } from "../../../src/sandbox/faults.ts";
import { openStores, TOKEN } from "../../fakes/sandbox-store.ts";
import { eventually } from "../../fakes/until.ts";

let stores: Awaited<ReturnType<typeof openStores>>;
const soon = { withinMs: 5_000 };

beforeEach(async () => {
  stores = await openStores();
});

afterEach(() => stores.close());

type Cluster = "blue" | "green";

async function ask(cluster: Cluster, method: "GET" | "POST" | "PUT", path: string, json?: unknown) {
  const answer = await request(stores.urls[cluster] + path, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    body: json === undefined ? null : JSON.stringify(json),
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  return { status: answer.statusCode, json: (await answer.body.json()) as any };
}

const write = (cluster: Cluster, id: string) => ask(cluster, "POST", "/entries", { id });
const setRole = (cluster: Cluster, role: string, sequence: number) =>
  ask(cluster, "PUT", "/role", { role, epoch: 1, sequence });

async function idsOf(cluster: Cluster): Promise<readonly string[]> {
  const { json } = await ask(cluster, "GET", "/entries?after=0");
  return json.entries.map(({ id }: { id: string }) => id);
}

test("what the primary takes, the standby has soon, and once", async () => {
  const first = await write("blue", "a");
  expect(first).toMatchObject({ status: 200, json: { id: "a", kind: "order" } });
  expect((await write("blue", "a")).json).toEqual(first.json);
  await write("blue", "b");
  await eventually(async () => (await idsOf("green")).length === 2, soon);
  expect(await idsOf("green")).toEqual(["a", "b"]);
  expect(await idsOf("blue")).toEqual(["a", "b"]);
});

test("a standby takes no writes, and says what it is", async () => {
  expect(await write("green", "a")).toEqual({
    status: 409,
    json: { error: "not-primary", role: "standby" },
  });
});

test("its status tells of position, heartbeat and link", async () => {
  await eventually(() => stores.green.link?.isUp === true, soon);
  const primary = (await ask("blue", "GET", "/status")).json;
  const standby = (await ask("green", "GET", "/status")).json;
  const none = { epoch: 0, sequence: 0, engine: "sandbox" };
  expect(primary).toMatchObject({ ...none, role: "primary", linkUp: null, lagMs: null });
  expect(standby).toMatchObject({ ...none, role: "standby", linkUp: true });
  expect(standby.position).toBeGreaterThanOrEqual(primary.position);
  expect(standby.heartbeatAt).toBeGreaterThanOrEqual(primary.heartbeatAt);
  expect(standby.now).toBeGreaterThanOrEqual(standby.heartbeatAt);
});

test("its status counts what clients wrote, without heartbeats", async () => {
  await write("blue", "a");
  await write("blue", "a");
  const { json } = await write("blue", "b");
  expect((await ask("blue", "GET", "/status")).json.writes).toBe(2);
  const green = async () => (await ask("green", "GET", "/status")).json;
  await eventually(async () => (await green()).position >= json.position, soon);
  expect((await green()).writes).toBe(2);
});

test.each<Fault>([
  { kind: "kill", part: "store", cluster: "blue" },
  { kind: "hang", part: "store", cluster: "blue" },
  { kind: "partition", part: "store", cluster: "blue", from: "all" },
])("%j cuts replication", async (fault) => {
  await eventually(() => stores.green.link?.isUp === true, soon);
  await stores.faults.add(fault);
  await eventually(() => stores.green.link?.isUp === false, soon);
  const { position } = stores.green.log;
  await eventually(() => stores.blue.log.position > position + 1, soon);
  expect(stores.green.log.position).toBe(position);
  await stores.faults.remove();
  await eventually(() => stores.green.log.position > position, soon);
  expect(stores.green.link?.isUp).toBe(true);
});

test("what lags is lost with its primary", async () => {
  stores.green.setLag(60_000);
  await write("blue", "lost");
  await stores.faults.add({ kind: "kill", part: "store", cluster: "blue" });
  await setRole("green", "primary", 5);
  expect(await write("green", "kept")).toMatchObject({ status: 200 });
  expect(await idsOf("green")).toEqual(["kept"]);
});

test("a silent primary replicates on, without heartbeats", async () => {
  stores.blue.setSilent(true);
  const { heartbeatAt } = stores.blue.log;
  await write("blue", "a");
  await eventually(() => stores.green.log.hasOrder("a"), soon);
  expect(stores.green.log.heartbeatAt).toBe(heartbeatAt);
});

test("only a fence keeps the old primary from writing", async () => {
  await setRole("green", "primary", 5);
  expect((await write("blue", "split")).status).toBe(200);
  expect((await setRole("blue", "fenced", 6)).json).toMatchObject({ role: "fenced", sequence: 6 });
  expect((await write("blue", "more")).json).toEqual({ error: "not-primary", role: "fenced" });
  expect((await write("green", "on")).status).toBe(200);
});

test("who follows the new primary gives up what only it had, and says so", async () => {
  await setRole("green", "primary", 5);
  await write("blue", "split");
  await write("green", "on");
  expect((await setRole("blue", "standby", 6)).status).toBe(200);
  await eventually(() => stores.blue.log.hasOrder("on"), soon);
  expect(await idsOf("blue")).toEqual(["on"]);
  expect((await ask("blue", "GET", "/discarded")).json.entries).toMatchObject([{ id: "split" }]);
});

test("it can't be promoted while its copy is not whole", async () => {
  await stores.faults.add({ kind: "kill", part: "store", cluster: "green" });
  await setRole("blue", "standby", 5);
  expect(await setRole("blue", "primary", 6)).toMatchObject({
    status: 503,
    json: { error: "not-ready" },
  });
  expect((await ask("blue", "GET", "/status")).json).toMatchObject({
    role: "standby",
    sequence: 5,
  });
});

test("an older pair changes nothing and learns the newer", async () => {
  await setRole("blue", "fenced", 6);
  const stale = { status: 409, json: { error: "stale", epoch: 1, sequence: 6 } };
  expect(await setRole("blue", "primary", 5)).toEqual(stale);
  expect(stores.blue.role).toBe("fenced");
});

test.each([
  ["/role", { role: "king", epoch: 1, sequence: 1 }],
  ["/role", { role: "primary", epoch: -1, sequence: 1 }],
  ["/role", { role: "primary", epoch: 1 }],
])("PUT %s %j is wrong", async (path, json) => {
  expect((await ask("blue", "PUT", path, json)).status).toBe(400);
  expect(stores.blue.fence).toEqual({ epoch: 0, sequence: 0 });
});

test.each(["/status", "/replication"])("GET %s needs the token", async (path) => {
  const { statusCode } = await request(stores.urls.blue + path);
  expect(statusCode).toBe(401);
});
