import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { request } from "undici";
import { createChance } from "../../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { findFreePort } from "../../../src/sandbox/free-port.ts";
import { openPanel, type Panel } from "../../../src/sandbox/panel.ts";
import { openClient, openFront } from "../../fakes/sandbox-front.ts";

let subject: Awaited<ReturnType<typeof openFront>>;
let panel: Panel;
let url: string;
let changes: unknown[];
const host = "127.0.0.1";

beforeEach(async () => {
  changes = [];
  subject = await openFront((_, response) => response.end("hello"));
  const port = await findFreePort([host], createChance(new SystemClock()));
  url = `http://${host}:${port}`;
  panel = await openPanel(
    { host, port },
    {
      ...subject,
      clusters: ["blue", "green"],
      setStore: (change) => changes.push(["store", change]),
      setWorkload: (change) => changes.push(["workload", change]),
      setRoute53: (change) => changes.push(["route53", change]),
    },
  );
});

afterEach(async () => {
  await panel.close();
  await subject.front.close();
});

async function ask(method: "GET" | "POST" | "DELETE", path: string, json?: unknown) {
  const body = json === undefined ? null : JSON.stringify(json);
  const answer = await request(url + path, { method, body });
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  return { status: answer.statusCode, json: (await answer.body.json()) as any };
}

test("it says what can fail and what does", async () => {
  const { json } = await ask("GET", "/");
  expect(json).toEqual({
    parts: ["api", "shop", "store", "dns", "route53", "control"],
    kinds: ["kill", "hang", "slow", "error-rate", "partition"],
    clusters: ["blue", "green"],
    faults: [],
    holds: [],
  });
});

test("a fault is in force when the panel answers, and healed when it says so", async () => {
  const client = openClient();
  const store = `http://127.0.0.2:${subject.address.port}`;
  const { json } = await ask("POST", "/faults", { part: "all", cluster: "blue", kind: "kill" });
  await expect(client.get(store)).rejects.toThrow("ECONNREFUSED");
  expect((await ask("GET", "/")).json.faults).toEqual([json]);
  expect((await ask("DELETE", `/faults/${json.id}`)).json).toEqual({ healed: true });
  expect((await client.get(store)).body).toBe("hello");
  await ask("POST", "/faults", { part: "store", kind: "partition" });
  expect((await ask("GET", "/")).json.faults).toMatchObject([{ from: "all" }]);
  await ask("DELETE", "/faults");
  expect((await ask("GET", "/")).json.faults).toEqual([]);
  await client.close();
});

test("who waits for a hold hears at once of the call that it holds", async () => {
  const client = openClient();
  const hold = { part: "store", verb: "GET", path: "/x", when: "before" };
  const { json } = await ask("POST", "/holds", hold);
  expect(json).toMatchObject({ state: "waiting", request: hold });
  const waiting = ask("GET", `/holds/${json.id}?wait=true`);
  const call = client.get(`http://127.0.0.2:${subject.address.port}/x`);
  expect((await waiting).json).toMatchObject({ state: "held", call: { path: "/x" } });
  expect((await ask("DELETE", `/holds/${json.id}`)).json.state).toBe("released");
  expect((await call).body).toBe("hello");
  expect((await ask("GET", `/holds/${json.id}`)).status).toBe(404);
  expect((await ask("GET", "/calls?after=0")).json.calls).toMatchObject([{ path: "/x" }]);
  await client.close();
});

test("store and workload are told", async () => {
  const lag = { cluster: "green", lagMs: 5000, heartbeat: "silent" };
  const delay = { cluster: "green", startupDelayMs: 10 };
  expect((await ask("POST", "/store", lag)).status).toBe(200);
  expect((await ask("POST", "/workload", delay)).status).toBe(200);
  expect(changes).toEqual([
    ["store", lag],
    ["workload", delay],
  ]);
});

test.each([
  ["/faults", { part: "shops", kind: "kill" }],
  ["/faults", { part: "shop", kind: "explode" }],
  ["/faults", { part: "shop", kind: "slow" }],
  ["/faults", { part: "shop", kind: "kill", cluster: "red" }],
  ["/faults", { part: "dns", kind: "kill", cluster: "blue" }],
  ["/faults", { part: "shop", kind: "error-rate", fraction: 2 }],
  ["/faults", { part: "shop", kind: "partition", from: ["nowhere"] }],
  ["/faults", "kill"],
  ["/faults", undefined],
  ["/holds", { part: "shop", when: "during" }],
  ["/holds", { part: "shop", when: "before", pattern: "(" }],
  ["/holds", { part: "control", when: "before", cluster: "blue" }],
  ["/store", { cluster: "red" }],
  ["/store", { cluster: "blue", lagMs: -1 }],
  ["/workload", { cluster: "blue" }],
])("POST %s %j is refused with a reason", async (path, json) => {
  const answer = await ask("POST", path, json);
  expect(answer.status).toBe(400);
  expect(answer.json.detail).toMatch(/./);
  expect(changes).toEqual([]);
});

test.each(["/faults/fault-9", "/holds/hold-9", "/else"])(
  "DELETE %s finds nothing",
  async (path) => {
    expect((await ask("DELETE", path)).status).toBe(404);
  },
);
