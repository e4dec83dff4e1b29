import { expect, test } from "@jest/globals";
import type { HttpCall } from "../../../src/adapters/http/http-call.ts";
import { dataSchema } from "../../../src/drivers/data/data.ts";
import { bindData, registry } from "../../../src/drivers/data/registry.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const config = {
  driver: "http",
  urls: { blue: "http://127.0.0.2:7000/", green: "http://127.0.0.3:7000/shop" },
} as const;
const authority = { epoch: 5, sequence: 17, signal: new AbortController().signal };
const clock = new VirtualClock();

/** The action on one cluster's store, which answers this, and what it was asked. */
function bound(cluster: string, status: number, body = "{}", secret?: string) {
  const calls: HttpCall[] = [];
  const call = async (request: HttpCall) => {
    calls.push(request);
    return { status, body };
  };
  const wish = { cluster, desired: { role: "primary" } } as const;
  return { calls, action: bindData(config, wish, { call, clock, secret }) };
}

test.each([
  { ...config, driver: "postgres" },
  { ...config, urls: { blue: "ftp://127.0.0.2" } },
  { ...config, urls: "http://127.0.0.2" },
  { ...config, secretRef: "hunter2" },
  { ...config, more: true },
])("%j is not a configuration", (wrong) => {
  expect(registry.safeParse({ ...config, secretRef: "env/TOKEN" }).success).toBe(true);
  expect(registry.safeParse(wrong).success).toBe(false);
});

test.each([{ role: "leader" }, {}, { role: "primary", epoch: 1 }])(
  "%j can't be wanted",
  (wrong) => {
    expect(dataSchema.safeParse({ role: "fenced" }).success).toBe(true);
    expect(dataSchema.safeParse(wrong).success).toBe(false);
  },
);

test("it asks the store of its own cluster, with the pair and the token", async () => {
  const green = bound("green", 200, "{}", "secret");
  await green.action.apply(authority);
  expect(green.calls).toMatchObject([
    {
      method: "PUT",
      url: "http://127.0.0.3:7000/shop/role",
      headers: { authorization: "Bearer secret" },
      json: { role: "primary", epoch: 5, sequence: 17 },
    },
  ]);
  const blue = bound("blue", 204);
  await blue.action.apply(authority);
  expect(blue.calls[0]).toMatchObject({ url: "http://127.0.0.2:7000/role", headers: {} });
  expect(() => bound("red", 200)).toThrow("no url of red");
});

test.each([
  [409, '{"error":"stale","epoch":6,"sequence":1}', "GL_EPOCH_STALE"],
  [409, '{"error":"busy"}', "GL_CONFLICT"],
  [409, "<html>", "GL_CONFLICT"],
  [401, "{}", "GL_FORBIDDEN"],
  [403, "{}", "GL_FORBIDDEN"],
  [400, "{}", "GL_REJECTED"],
  [302, "", "GL_REJECTED"],
  [429, "", "GL_UNREACHABLE"],
  [500, "", "GL_UNREACHABLE"],
  [503, '{"error":"not-ready"}', "GL_UNREACHABLE"],
])("an answer %i %s is %s", async (status, body, code) => {
  const { action } = bound("blue", status, body);
  await expect(action.apply(authority)).rejects.toMatchObject({ code });
  await expect(action.observe(authority.signal)).rejects.toMatchObject({ code });
});

test("a status that can't be read is not taken for one", async () => {
  const { action } = bound("blue", 200, '{"role":"primary"}');
  const unreadable = { code: "GL_RECORD_UNREADABLE" };
  await expect(action.observe(authority.signal)).rejects.toMatchObject(unreadable);
});

test("it says which role is missing, and never makes a promoted store a standby again", async () => {
  const said = { role: "standby", epoch: 1, sequence: 2, position: 3 };
  const { action } = bound("blue", 200, JSON.stringify(said));
  const observed = await action.observe(authority.signal);
  expect(action.whyNotReached(observed)).toBe("is standby, not primary");
  expect(action.restoring(observed)).toBeUndefined();
  const fenced = bound("blue", 200, JSON.stringify({ ...said, role: "fenced" }));
  const before = await fenced.action.observe(authority.signal);
  await fenced.action.restoring(before)?.apply(authority);
  expect(fenced.calls.at(-1)?.json).toEqual({ role: "fenced", epoch: 5, sequence: 17 });
});
