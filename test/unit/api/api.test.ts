import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { whyBroken } from "../../../src/domain/chain.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { parseJournal } from "../../../src/domain/journal-text.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { tellHeldAndResumed } from "../../fakes/operation-story.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

const get = async (path: string) => {
  const { status, text } = await api.call("GET", path, { token: api.viewer });
  return { status, body: JSON.parse(text) };
};

const post = async (path: string, json?: unknown, headers = {}) => {
  const options = { token: api.operator, headers, ...(json !== undefined && { json }) };
  const { status, text } = await api.call("POST", path, options);
  return { status, body: JSON.parse(text) };
};

test("applications are shown, one or all, and explained", async () => {
  const { body: all } = await get("/v1/applications");
  const { body: one } = await get("/v1/applications/shop");
  expect(all).toEqual({ applications: [one] });
  expect(one).toMatchObject({ name: "shop", primary: "green", epoch: 5 });
  const { body: why } = await get("/v1/applications/shop/explain");
  expect(why).toMatchObject({ action: "hold", reasons: [{ code: "cooldown" }] });
});

test.each(["/v1/applications/none", "/v1/operations/none", "/v1/operations/none/report"])(
  "%s is not there",
  async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: "GL_UNKNOWN", runbook: "errors.md#gl_unknown" });
  },
);

test.each(["%00", "a%0ab", "..%2f..%2fetc", "%e2%80%ae", "x".repeat(65), "%ff"])(
  "no application is called %s",
  async (name) => {
    const { status } = await get(`/v1/applications/${name}`);
    expect(status).toBe(404);
  },
);

test("a plan is shown to a viewer, and an unsafe one refused with its reason", async () => {
  const path = "/v1/applications/shop/plan";
  const { status, text } = await api.call("POST", path, {
    token: api.viewer,
    json: { kind: "failover" },
  });
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ plan: { kind: "failover" }, pending: [{}, {}] });
  expect(await post(path, { kind: "unsafe" })).toEqual({
    status: 422,
    body: {
      type: "urn:greenlight:error:gl_plan_unsafe",
      title: "The plan breaks a safety rule",
      status: 422,
      detail: "scale comes too late",
      code: "GL_PLAN_UNSAFE",
      retryable: false,
      runbook: "errors.md#gl_plan_unsafe",
    },
  });
});

test("an operation is opened once for each key", async () => {
  const body = { application: "shop", kind: "failover", reason: "the rack is on fire" };
  const key = { "idempotency-key": "one" };
  const answers = await Promise.all([1, 2, 3].map(() => post("/v1/operations", body, key)));
  for (const answer of answers)
    expect(answer).toEqual({ status: 202, body: { operation: "op-1", state: "running" } });
  expect(api.control.told).toEqual([{ open: { ...body, by: "alice", idempotencyKey: "one" } }]);
  const other = await post("/v1/operations", { ...body, kind: "other" }, key);
  expect(other).toMatchObject({ status: 409, body: { code: "GL_KEY_REUSED" } });
});

test.each([{}, { "idempotency-key": "" }, { "idempotency-key": "a b" }])(
  "an operation without a key is not opened: %j",
  async (headers) => {
    const body = { application: "shop", kind: "failover" };
    const answer = await post("/v1/operations", body, headers);
    expect(answer).toMatchObject({ status: 400, body: { code: "GL_INVALID" } });
    expect(api.control.told).toEqual([]);
  },
);

test("operations are listed, shown, reported, aborted and resumed", async () => {
  api.control.tell(tellHeldAndResumed({ ...PLAN_OF_OTHER }));
  const { body: list } = await get("/v1/operations?application=shop&limit=1");
  expect(list.operations).toMatchObject([{ id: "op-1", state: "succeeded" }]);
  const { body: one } = await get("/v1/operations/op-1");
  expect(one.steps[0]).toEqual({ id: "fence-shop", state: "reached", attempt: 1, durationMs: 29 });
  expect((await get("/v1/operations/op-1/report")).body).toMatchObject({ result: "PASS" });
  expect(await post("/v1/operations/op-1/abort")).toEqual({ status: 202, body: {} });
  expect(await post("/v1/operations/op-1/resume", {})).toEqual({ status: 202, body: {} });
  expect(api.control.told).toEqual([
    { abort: "op-1", by: "alice" },
    { resume: "op-1", by: "alice" },
  ]);
});

test("what others must agree to awaits them, and is approved once", async () => {
  api.control.awaiting = "op-1";
  const key = { "idempotency-key": "two" };
  const asked = await post("/v1/operations", { application: "shop", kind: "failback" }, key);
  const awaiting = { operation: "op-1", state: "awaiting-approval", expiresAt: 1_000_000 };
  expect(asked).toEqual({ status: 202, body: awaiting });
  api.control.told.length = 0;
  const approve = () => api.call("POST", "/v1/operations/op-1/approve", { token: api.approver });
  const { status, text } = await approve();
  expect([status, JSON.parse(text)]).toEqual([202, { operation: "op-1", state: "running" }]);
  expect(api.control.told).toEqual([{ approve: "op-1", by: "bob" }]);
  expect((await approve()).status).toBe(404);
});

test("a move is taken back once for each key, and a last move acknowledged", async () => {
  const path = "/v1/operations/op-1/rollback";
  expect(await post(path, {})).toMatchObject({ status: 400, body: { code: "GL_INVALID" } });
  const key = { "idempotency-key": "three" };
  expect(await post(path, {}, key)).toMatchObject({ status: 202, body: { operation: "op-1" } });
  expect(await post("/v1/applications/shop/acknowledge")).toEqual({ status: 200, body: {} });
  expect(await post("/v1/applications/x/acknowledge")).toMatchObject({ status: 404 });
  const reason = "takes back op-1";
  const rollback = { operation: "op-1", reason, by: "alice", idempotencyKey: "three" };
  expect(api.control.told).toEqual([{ rollback }, { acknowledge: "shop", by: "alice" }]);
});

test("it is paused and unpaused, all or one", async () => {
  await post("/v1/pause", { reason: "network works" });
  expect((await get("/v1/applications/shop")).body.paused).toEqual({
    by: "alice",
    reason: "network works",
  });
  await post("/v1/unpause", { application: "shop" });
  await post("/v1/unpause");
  expect(api.control.told).toEqual([
    { pause: undefined, by: "alice", reason: "network works" },
    { unpause: "shop", by: "alice" },
    { unpause: undefined, by: "alice" },
  ]);
});

test("events are read from a position on, and a server that stops lets none wait", async () => {
  const { body: all } = await get("/v1/events");
  const { body: rest } = await get(`/v1/events?after=${all.position - 1}`);
  expect(rest.events).toEqual(all.events.slice(-1));
  const waiting = get(`/v1/events?after=${all.position}&wait=30`);
  const passing = get("/v1/audit/head");
  await passing;
  await api.close();
  expect((await waiting).body.events).toEqual([]);
  api = await startTestApi();
});

test("the journal comes whole, in the spelling that its hashes are of", async () => {
  const { text, headers } = await api.call("GET", "/v1/audit/journal", { token: api.viewer });
  expect(headers["content-type"]).toBe("application/jsonl");
  const { events, bad } = parseJournal(text);
  expect(bad).toEqual([]);
  expect(whyBroken(events, sha256)).toEqual([]);
  const { body: head } = await get("/v1/audit/head");
  expect(head).toEqual({ seq: 2, hash: events.at(-1)?.hash });
});

test("life, readiness and metrics", async () => {
  expect((await api.call("GET", "/livez")).text).toBe("ok\n");
  expect((await api.call("GET", "/readyz")).text).toBe("ok\n");
  api.control.notReady = "the journal is away";
  const { status, text } = await api.call("GET", "/readyz");
  expect([status, JSON.parse(text)]).toEqual([503, { why: "the journal is away" }]);
  await get("/v1/applications/shop");
  const metrics = await api.call("GET", "/metrics", { token: api.viewer });
  expect(metrics.text).toContain(
    'greenlight_api_answers_total{route="/v1/applications/:name",status="200"} 1',
  );
  for (const line of [
    'greenlight_primary{application="shop",cluster="blue"} 0',
    'greenlight_primary{application="shop",cluster="green"} 1',
    'greenlight_verdict{application="shop",cluster="blue",verdict="site-loss"} 1',
    'greenlight_epoch{application="shop"} 5',
    'greenlight_paused{application="shop"} 0',
  ])
    expect(metrics.text.split("\n")).toContain(line);
});

test("a failure of a dependency is named, one of our own is not told", async () => {
  api.control.failure = new GreenlightError("GL_STORAGE_AWAY", "no answer in 2 s");
  expect(await get("/v1/applications")).toMatchObject({
    status: 503,
    body: { code: "GL_STORAGE_AWAY", detail: "no answer in 2 s", retryable: true },
  });
  api.control.failure = new Error("the password is hunter2");
  const { status, body } = await get("/v1/applications");
  expect(status).toBe(500);
  expect(body).toMatchObject({ code: "GL_BUG", detail: "the log has the details" });
  expect(JSON.stringify(body)).not.toContain("hunter2");
  expect(api.log.join("")).toContain("the API failed");
});

test("an address that another has is refused by its name", async () => {
  const port = Number(new URL(api.url).port);
  await expect(startTestApi(port)).rejects.toMatchObject({ code: "GL_LISTEN" });
});

test("answers are for no browser to keep, to guess or to frame", async () => {
  const { headers } = await api.call("GET", "/livez");
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
  });
  expect(headers["x-powered-by"]).toBeUndefined();
  expect(headers["access-control-allow-origin"]).toBeUndefined();
});

const PLAN_OF_OTHER = { ...tellHeldAndResumed().plan, id: "op-2" };
