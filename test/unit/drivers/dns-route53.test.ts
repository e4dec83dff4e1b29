import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { bindDns, registry } from "../../../src/drivers/dns/registry.ts";
import { schema } from "../../../src/drivers/dns/route53.ts";
import type { ZoneRecord } from "../../../src/sandbox/dns/zone.ts";
import { ZONE } from "../../fakes/dns-test-client.ts";
import { openRoute53Rig, RECORD } from "../../fakes/route53-rig.ts";

const FENCE = `_greenlight.${RECORD}`;
const first: ZoneRecord = { name: RECORD, type: "A", ttlSeconds: 300, value: "127.0.0.2" };
const pairOf = (value: string): ZoneRecord => ({ name: FENCE, type: "TXT", ttlSeconds: 1, value });
const to3 = { address: "127.0.0.3" };
const { signal } = new AbortController();
const authority = { epoch: 5, sequence: 17, signal };

let rig: Awaited<ReturnType<typeof openRoute53Rig>>;
beforeEach(async () => {
  rig = await openRoute53Rig();
});
afterEach(() => rig.close());

test("one batch changes the record and its pair, and leaves all else alone", async () => {
  const others = [
    { name: `mail.${ZONE}`, type: "A", ttlSeconds: 60, value: "127.0.0.9" },
    { name: RECORD, type: "TXT", ttlSeconds: 60, value: "v=spf1 -all" },
    { name: `a.${RECORD}`, type: "A", ttlSeconds: 60, value: "127.0.0.8" },
  ] as const;
  rig.server.names.set(others);
  await rig.createDriver().apply(to3, authority);
  const ns = { name: `ns.${ZONE}`, type: "A", ttlSeconds: 3600, value: "127.0.0.1" };
  expect(new Set(rig.server.names.records())).toEqual(
    new Set([
      ns,
      ...others,
      { ...first, ttlSeconds: 1, value: "127.0.0.3" },
      pairOf("epoch=5 sequence=17"),
    ]),
  );
  expect(rig.gate.writes).toBe(1);
});

test("it looks with one call, and with one more where the pair is on a later page", async () => {
  await rig.createDriver().apply(to3, authority);
  rig.gate.calls.length = 0;
  await rig.createDriver().observe(signal);
  expect(rig.gate.calls).toHaveLength(1);
  const many = Array.from({ length: 300 }, (_, at) => ({
    name: `0${at}.${RECORD}`,
    type: "A" as const,
    ttlSeconds: 60,
    value: "127.0.0.9",
  }));
  rig.server.names.set(many);
  expect(await rig.createDriver().observe(signal)).toMatchObject({
    ...to3,
    epoch: 5,
    sequence: 17,
  });
  expect(rig.gate.calls).toHaveLength(3);
});

test.each<[string, readonly ZoneRecord[], ZoneRecord]>([
  ["appears", [], pairOf("epoch=6 sequence=1")],
  ["is raised", [pairOf("epoch=4 sequence=2")], pairOf("epoch=6 sequence=1")],
])("the pair alone compares: one that %s in between stops it", async (_, held, newer) => {
  rig.server.names.set(held);
  rig.gate.beforeNextWrite(async () => rig.server.names.set([newer]));
  const applied = rig.createDriver().apply(to3, authority);
  await expect(applied).rejects.toMatchObject({ code: "GL_EPOCH_STALE" });
  expect(rig.gate.writes).toBe(1);
  expect(rig.server.names.records()).toContainEqual(first);
  expect(rig.server.names.records()).toContainEqual(newer);
});

test("an older pair that is raised in between is replaced", async () => {
  rig.server.names.set([pairOf("epoch=4 sequence=2")]);
  rig.gate.beforeNextWrite(async () => rig.server.names.set([pairOf("epoch=4 sequence=3")]));
  await rig.createDriver().apply(to3, authority);
  expect(rig.gate.writes).toBe(2);
  expect(rig.server.names.records()).toContainEqual(pairOf("epoch=5 sequence=17"));
});

test("a TTL that is asked for is written, reached and brought back", async () => {
  const driver = rig.createDriver();
  const before = await driver.observe(signal);
  const wanted = { address: "127.0.0.2", ttl: 7 };
  expect(driver.whyNotReached(before, wanted)).toBe("answers may be kept for 300 s, not 7 s");
  await driver.apply(wanted, authority);
  const after = await driver.observe(signal);
  expect(after).toMatchObject({ address: "127.0.0.2", ttlSeconds: 7 });
  expect(driver.restoring(before)).toEqual({ address: "127.0.0.2", ttl: 300 });
});

test("nothing is never applied, and a pair that it can't read stops it", async () => {
  const driver = rig.createDriver();
  const nowhere = driver.apply({ address: "" }, authority);
  await expect(nowhere).rejects.toMatchObject({ code: "GL_PLAN_UNSAFE" });
  rig.server.names.set([pairOf("epoch=five")]);
  const UNREADABLE = { code: "GL_RECORD_UNREADABLE" };
  await expect(driver.observe(signal)).rejects.toMatchObject(UNREADABLE);
  await expect(driver.apply(to3, authority)).rejects.toMatchObject(UNREADABLE);
});

test("the registry binds it to what is wanted", async () => {
  const config = registry.parse(rig.config);
  const action = bindDns(config, to3, rig.tools);
  expect(action.name).toBe("dns/route53");
  expect(action.whyNotReached(await action.observe(signal))).toMatch("has 127.0.0.2");
});

test.each([
  ["a zone that the record is not in", { zone: "example.org" }, "record"],
  ["a hosted zone's name", { hostedZone: "example.org" }, "hostedZone"],
  ["no server", { servers: [] }, "servers"],
  ["a part of a second", { ttl: "1500ms" }, "ttl"],
  ["no credentials", { credentials: undefined }, "credentials"],
  ["credentials from nowhere", { credentials: { from: "profile" } }, "credentials.from"],
  ["an endpoint that is no URL", { endpoint: "route53" }, "endpoint"],
  [
    "a secret in the open",
    { credentials: { from: "secrets", accessKeyId: "AKIA", secretAccessKey: "key" } },
    "credentials.secretAccessKey",
  ],
])("a configuration with %s is refused", (_, wrong, path) => {
  const issues = schema.safeParse({ ...rig.config, ...wrong }).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(path);
});

test("the SDK's own chain is taken only by name", () => {
  expect(schema.safeParse({ ...rig.config, credentials: { from: "sdk-chain" } }).success).toBe(
    true,
  );
});
