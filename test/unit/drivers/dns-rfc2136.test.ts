import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { dnsSchema } from "../../../src/drivers/dns/dns.ts";
import { bindDns, registry } from "../../../src/drivers/dns/registry.ts";
import { create, schema } from "../../../src/drivers/dns/rfc2136.ts";
import { createNameServer } from "../../../src/sandbox/dns/name-server.ts";
import type { ZoneRecord } from "../../../src/sandbox/dns/zone.ts";
import { DnsGate } from "../../fakes/dns-gate.ts";
import { openDnsListener } from "../../fakes/dns-listener.ts";
import { createTestClient, ZONE } from "../../fakes/dns-test-client.ts";
import { createRoute53Tools } from "../../fakes/route53-tools.ts";

const RECORD = `shop.${ZONE}`;
const FENCE = `_greenlight.${RECORD}`;
const secret = Buffer.from("a secret of the sandbox").toString("base64");
const key = {
  name: "greenlight",
  algorithm: "hmac-sha256",
  secret: Buffer.from(secret, "base64"),
} as const;
const pairOf = (value: string): ZoneRecord => ({ name: FENCE, type: "TXT", ttlSeconds: 1, value });
const signal = new AbortController().signal;
const first: ZoneRecord = { name: RECORD, type: "A", ttlSeconds: 300, value: "127.0.0.2" };
const to3 = { address: "127.0.0.3" };

let open: readonly Awaited<ReturnType<typeof start>>[];
beforeEach(async () => {
  open = [await start(), await start()];
});
afterEach(async () => {
  for (const { listener } of open) await listener.close();
});

async function start() {
  const clock = new SystemClock();
  const server = createNameServer({
    zone: ZONE,
    address: "127.0.0.1",
    records: [first],
    key,
    clock,
  });
  const gate = new DnsGate((message, via) => server.answer(message, via));
  return { server, gate, listener: await openDnsListener(gate.answer) };
}

function one(at: 0 | 1) {
  const opened = open[at];
  if (opened === undefined) throw new Error("not open");
  return opened;
}

const whole = {
  driver: "rfc2136",
  zone: ZONE,
  record: RECORD,
  ttl: "1s",
  servers: ["127.0.0.1:5353"],
  tsig: { name: "greenlight", algorithm: "hmac-sha256", secretRef: "file/tsig" },
};

function createDriver({
  servers = [one(0).listener.text],
  key: base64 = secret,
}: {
  readonly servers?: readonly string[];
  readonly key?: string;
} = {}) {
  const { client: dns } = createTestClient();
  return create(schema.parse({ ...whole, servers }), { dns, secret: () => base64 });
}

test("it keeps the TTL of its configuration and leaves all else alone", async () => {
  const others = [
    { name: `mail.${ZONE}`, type: "A", ttlSeconds: 60, value: "127.0.0.9" },
    { name: RECORD, type: "TXT", ttlSeconds: 60, value: "v=spf1 -all" },
  ] as const;
  one(0).server.set(others);
  await createDriver().apply(to3, { epoch: 5, sequence: 17, signal });
  const ns = { name: `ns.${ZONE}`, type: "A", ttlSeconds: 3600, value: "127.0.0.1" };
  expect(new Set(one(0).server.records())).toEqual(
    new Set([
      ns,
      ...others,
      { ...first, ttlSeconds: 1, value: "127.0.0.3" },
      { name: FENCE, type: "TXT", ttlSeconds: 1, value: "epoch=5 sequence=17" },
    ]),
  );
});

test("a change of the address by someone else in between is read again, then replaced", async () => {
  const { gate, server } = one(0);
  gate.beforeNextWrite(async () => server.set([{ ...first, value: "127.0.0.8" }]));
  const driver = createDriver();
  await driver.apply(to3, { epoch: 5, sequence: 17, signal });
  expect(gate.writes).toBe(2);
  expect(await driver.observe(signal)).toMatchObject({ address: "127.0.0.3", epoch: 5 });
});

test.each<[string, readonly ZoneRecord[], ZoneRecord]>([
  ["appears", [], pairOf("epoch=6 sequence=1")],
  ["is raised", [pairOf("epoch=4 sequence=2")], pairOf("epoch=6 sequence=1")],
])("the pair alone compares: one that %s in between stops it", async (_, held, newer) => {
  const { gate, server } = one(0);
  server.set(held);
  // The address stays as it was read: only the TXT record tells that someone newer was there.
  gate.beforeNextWrite(async () => server.set([newer]));
  const applied = createDriver().apply(to3, { epoch: 5, sequence: 17, signal });
  await expect(applied).rejects.toMatchObject({ code: "GL_EPOCH_STALE" });
  expect(gate.writes).toBe(1);
  expect(await createDriver().observe(signal)).toMatchObject({
    address: "127.0.0.2",
    epoch: 6,
    sequence: 1,
  });
});

test("a TTL that is asked for is written, reached and brought back", async () => {
  const driver = createDriver();
  const before = await driver.observe(signal);
  const wanted = { address: "127.0.0.2", ttl: 7 };
  const lasting = "answers may be kept for 300 s, not 7 s";
  expect(driver.whyNotReached(before, wanted)).toBe(lasting);
  expect(driver.whyNotReached(before, { address: "127.0.0.2" })).toBeUndefined();
  await driver.apply(wanted, { epoch: 5, sequence: 17, signal });
  const after = await driver.observe(signal);
  expect(after).toMatchObject({ address: "127.0.0.2", ttlSeconds: 7 });
  expect(driver.whyNotReached(after, wanted)).toBeUndefined();
  const { writes } = one(0).gate;
  await driver.apply(wanted, { epoch: 5, sequence: 17, signal });
  expect(one(0).gate.writes).toBe(writes);
  const first = driver.restoring(before);
  if (!first) throw new Error("it can be brought back");
  await driver.apply(first, { epoch: 5, sequence: 18, signal });
  expect(await driver.observe(signal)).toMatchObject({ ttlSeconds: 300 });
});

test("it gives up where someone always comes in between", async () => {
  const { gate, server } = one(0);
  let last = 10;
  gate.onCall = async (verb) => {
    last += 1;
    if (verb === "write") server.set([{ ...first, value: `127.0.0.${last}` }]);
    return undefined;
  };
  const applied = createDriver().apply(to3, { epoch: 5, sequence: 17, signal });
  await expect(applied).rejects.toMatchObject({ code: "GL_CONFLICT" });
  expect(gate.writes).toBe(6);
});

test("an update whose answer was lost was done, and is not done again", async () => {
  const { gate } = one(0);
  gate.onDone = (verb) => (verb === "write" ? "lost" : undefined);
  const { client: dns } = createTestClient({ timeoutMs: 200 });
  const config = schema.parse({ ...whole, servers: [one(0).listener.text] });
  const driver = create(config, { dns, secret: () => secret });
  await driver.apply(to3, { epoch: 5, sequence: 17, signal });
  expect(gate.writes).toBe(1);
  expect(await driver.observe(signal)).toMatchObject({ ...to3, epoch: 5, sequence: 17 });
});

test("every server must answer it, and the one that does not is named", async () => {
  const servers = [one(0).listener.text, one(1).listener.text];
  const driver = createDriver({ servers });
  await driver.apply(to3, { epoch: 5, sequence: 17, signal });
  const why = async () => driver.whyNotReached(await driver.observe(signal), to3);
  expect(await why()).toBe(`${servers[1]} answers 127.0.0.2, not 127.0.0.3`);
  one(1).server.set([{ ...first, value: "127.0.0.3" }]);
  expect(await why()).toBeUndefined();
  await one(1).listener.close();
  expect(await why()).toMatch(`${servers[1]} gives no answer (GL_UNREACHABLE`);
  open = open.slice(0, 1);
});

test("a server that is away, or does not know the key, is named for what it is", async () => {
  const authority = { epoch: 5, sequence: 17, signal };
  const stranger = createDriver({ key: Buffer.from("another").toString("base64") });
  await expect(stranger.apply(to3, authority)).rejects.toMatchObject({ code: "GL_FORBIDDEN" });
  expect(one(0).gate.writes).toBe(1);
  await one(1).listener.close();
  const away = createDriver({ servers: [one(1).listener.text] });
  open = open.slice(0, 1);
  await expect(away.observe(signal)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  await expect(away.apply(to3, authority)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
});

test("nothing is never applied nor brought back, and several are no address", async () => {
  const driver = createDriver();
  await expect(
    driver.apply({ address: "" }, { epoch: 5, sequence: 17, signal }),
  ).rejects.toMatchObject({ code: "GL_PLAN_UNSAFE" });
  expect(one(0).gate.writes).toBe(0);
  const seen = await driver.observe(signal);
  expect(driver.restoring(seen)).toEqual({ address: "127.0.0.2", ttl: 300 });
  expect(driver.restoring({ ...seen, address: "" })).toBeUndefined();
  expect(driver.restoring({ ...seen, address: "127.0.0.2 127.0.0.3" })).toBeUndefined();
  expect(dnsSchema.safeParse({ address: "" }).success).toBe(false);
});

test("a pair that it can't read stops it", async () => {
  one(0).server.set([{ name: FENCE, type: "TXT", ttlSeconds: 1, value: "epoch=five" }]);
  const driver = createDriver();
  const UNREADABLE = { code: "GL_RECORD_UNREADABLE" };
  await expect(driver.observe(signal)).rejects.toMatchObject(UNREADABLE);
  const applied = driver.apply(to3, { epoch: 5, sequence: 17, signal });
  await expect(applied).rejects.toMatchObject(UNREADABLE);
});

test("the registry binds it to what is wanted", async () => {
  const config = registry.parse({ ...whole, servers: [one(0).listener.text] });
  const tools = { dns: createTestClient().client, secret: () => secret, ...createRoute53Tools() };
  const action = bindDns(config, to3, tools);
  expect(action.name).toBe("dns/rfc2136");
  expect(action.whyNotReached(await action.observe(signal))).toMatch("answers 127.0.0.2");
});

test.each([
  ["a zone that the record is not in", { zone: "example.org" }, "record"],
  ["no server", { servers: [] }, "servers"],
  ["a server by name", { servers: ["ns.sandbox.test"] }, "servers.0"],
  ["a part of a second", { ttl: "1500ms" }, "ttl"],
  ["a part of a second in a move", { moveTtl: "500ms" }, "moveTtl"],
  ["a TTL that is a number", { ttl: 1 }, "ttl"],
  ["an algorithm of old", { tsig: { ...whole.tsig, algorithm: "hmac-md5" } }, "tsig.algorithm"],
  ["a secret in the open", { tsig: { ...whole.tsig, secret } }, "tsig"],
  ["a name with a dot at the end", { record: `${RECORD}.` }, "record"],
])("a configuration with %s is refused", (_, change, path) => {
  const issues = schema.safeParse({ ...whole, ...change }).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join("."))).toContain(path);
});

test.each(["", "not base64!"])("the secret %j is refused, and not told", (base64) => {
  const make = () => createDriver({ key: base64 });
  expect(make).toThrow(expect.objectContaining({ code: "GL_CONFIG" }));
  expect(make).not.toThrow("not base64!");
});
