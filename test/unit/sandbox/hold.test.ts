import type { RequestListener } from "node:http";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type HoldRequest, holdSchema } from "../../../src/sandbox/hold.ts";
import { openClient, openFront } from "../../fakes/sandbox-front.ts";
import { eventually } from "../../fakes/until.ts";

let subject: Awaited<ReturnType<typeof openFront>>;
let client: ReturnType<typeof openClient>;
let effects: string[];
let url: string;
const never = new AbortController().signal;
const UNREACHABLE = { code: "GL_UNREACHABLE" };

const inner: RequestListener = (request, response) => {
  effects.push(request.url ?? "");
  response.writeHead(200, { "content-type": "text/plain" });
  response.write("did ");
  response.end(request.url);
};

beforeEach(async () => {
  effects = [];
  subject = await openFront(inner);
  client = openClient();
  url = `http://127.0.0.2:${subject.address.port}`;
});

afterEach(async () => {
  await client.close();
  await subject.front.close();
});

function add(request: Partial<HoldRequest>): string {
  const whole = { part: "store", cluster: "blue", verb: "GET", when: "before", ...request };
  return subject.holds.add(holdSchema.parse(whole)).id;
}

test("before: nothing takes effect until it may pass", async () => {
  const id = add({ path: "/a" });
  const call = client.get(`${url}/a`);
  const held = await subject.holds.untilHeld(id, never);
  expect(held).toMatchObject({ state: "held", isClientGone: false });
  expect(held?.call).toMatchObject({ verb: "GET", path: "/a", from: "127.0.0.1", part: "store" });
  expect(effects).toEqual([]);
  subject.holds.release(id, "pass");
  expect(await call).toEqual({ status: 200, body: "did /a" });
});

test("before, dropped: it never takes effect", async () => {
  const id = add({});
  const call = client.get(`${url}/a`);
  await subject.holds.untilHeld(id, never);
  subject.holds.release(id, "drop");
  await expect(call).rejects.toMatchObject(UNREACHABLE);
  expect(effects).toEqual([]);
});

test("before, and the client dies: it never takes effect, whatever is released", async () => {
  const id = add({});
  const call = client.get(`${url}/a`).catch((error: unknown) => error);
  await subject.holds.untilHeld(id, never);
  await client.close();
  await call;
  await eventually(() => subject.holds.find(id)?.isClientGone === true, { withinMs: 2_000 });
  subject.holds.release(id, "pass");
  client = openClient();
  expect((await client.get(`${url}/b`)).body).toBe("did /b");
  expect(effects).toEqual(["/b"]);
});

test("after: it took effect, and its answer waits", async () => {
  const id = add({ when: "after" });
  const call = client.get(`${url}/a`);
  await subject.holds.untilHeld(id, never);
  expect(effects).toEqual(["/a"]);
  await expect(Promise.race([call, client.get("http://127.0.0.2:1")])).rejects.toThrow("REFUSED");
  subject.holds.release(id, "pass");
  expect(await call).toEqual({ status: 200, body: "did /a" });
});

test("after, dropped: it took effect and nobody hears of it", async () => {
  const id = add({ when: "after" });
  const call = client.get(`${url}/a`);
  await subject.holds.untilHeld(id, never);
  subject.holds.release(id, "drop");
  await expect(call).rejects.toMatchObject(UNREACHABLE);
  expect(effects).toEqual(["/a"]);
});

test("after, and the client dies: the server goes on", async () => {
  const id = add({ when: "after" });
  const call = client.get(`${url}/a`).catch((error: unknown) => error);
  await subject.holds.untilHeld(id, never);
  await client.close();
  await call;
  subject.holds.release(id, "pass");
  client = openClient();
  expect((await client.get(`${url}/b`)).status).toBe(200);
});

test("only the next call that matches is held", async () => {
  const other = openClient("127.0.0.11");
  const id = add({ pattern: "^/[ab]$", from: "127.0.0.11", skip: 1 });
  for (const path of ["/a", "/c"]) expect((await client.get(url + path)).status).toBe(200);
  expect((await other.get(`${url}/a`)).status).toBe(200);
  expect((await other.get(`${url}/c`)).status).toBe(200);
  const call = other.get(`${url}/b`);
  expect((await subject.holds.untilHeld(id, never))?.call?.path).toBe("/b");
  expect((await other.get(`${url}/a`)).status).toBe(200);
  subject.holds.release(id, "pass");
  expect((await call).body).toBe("did /b");
  await other.close();
});

test.each([
  { cluster: "green" },
  { part: "shop" as const },
  { verb: "PUT" },
  { path: "/b" },
  { pattern: "b$" },
  { from: "127.0.0.11" },
])("%j does not match", async (request) => {
  const id = add(request);
  expect((await client.get(`${url}/a`)).status).toBe(200);
  expect(subject.holds.find(id)?.state).toBe("waiting");
});

test("who waits for a hold that is let go hears of it", async () => {
  const id = add({});
  const waiting = subject.holds.untilHeld(id, never);
  subject.holds.release(id, "pass");
  expect(await waiting).toBeUndefined();
  expect((await client.get(url)).status).toBe(200);
});

test("the log knows each call, so that one can learn what to hold", async () => {
  await client.get(`${url}/a`);
  await client.get(`${url}/b?c=d`);
  const [first, second] = subject.calls.after(0);
  expect(first).toMatchObject({ number: 1, verb: "GET", path: "/a", part: "store" });
  expect(second).toMatchObject({ number: 2, path: "/b?c=d", cluster: "blue" });
  expect(subject.calls.after(1)).toHaveLength(1);
});
