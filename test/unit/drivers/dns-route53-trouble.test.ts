import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { create, schema } from "../../../src/drivers/dns/route53.ts";
import type { ZoneRecord } from "../../../src/sandbox/dns/zone.ts";
import { openRoute53Rig, RECORD } from "../../fakes/route53-rig.ts";

const first: ZoneRecord = { name: RECORD, type: "A", ttlSeconds: 300, value: "127.0.0.2" };
const to3 = { address: "127.0.0.3" };
const { signal } = new AbortController();
const authority = { epoch: 5, sequence: 17, signal };

let rig: Awaited<ReturnType<typeof openRoute53Rig>>;
beforeEach(async () => {
  rig = await openRoute53Rig();
});
afterEach(() => rig.close());

test("it is reached when the change is in sync, and the name servers answer so", async () => {
  rig.server.zone.setPending(1_500);
  const driver = rig.createDriver();
  await driver.apply(to3, authority);
  const pending = await driver.observe(signal);
  expect(pending).toMatchObject({ ...to3, epoch: 5, sequence: 17, change: { isInSync: false } });
  expect(pending.servers).toMatchObject([{ address: "127.0.0.2" }]);
  const why = /^change C\d+ has not reached all of Route 53's name servers$/;
  expect(driver.whyNotReached(pending, to3)).toMatch(why);
  const reached = await driver.observe(signal);
  expect(reached).toMatchObject({ change: { isInSync: true }, servers: [to3] });
  expect(driver.whyNotReached(reached, to3)).toBeUndefined();
  const asked = rig.gate.calls.filter((call) => call.includes("/change/"));
  expect(asked).toHaveLength(2);
});

test("whoever looks often asks the API once a second", async () => {
  const driver = rig.createDriver();
  await driver.apply(to3, authority);
  rig.gate.calls.length = 0;
  for (let looks = 0; looks < 10; looks += 1) await driver.observe(signal);
  expect(rig.gate.calls.length).toBeLessThanOrEqual(2);
});

test("in sync is not enough where a name server answers otherwise", async () => {
  const driver = rig.createDriver();
  await driver.apply(to3, authority);
  rig.server.names.set([first]);
  const seen = { ...(await driver.observe(signal)), address: to3.address };
  expect(driver.whyNotReached(seen, to3)).toBe(
    `${rig.server.dns} answers 127.0.0.2, not 127.0.0.3`,
  );
});

test.each(["throttled", "prior"] as const)("%s, it waits and goes on", async (kind) => {
  const driver = rig.createDriver();
  rig.server.busy[kind] = 2;
  await driver.apply(to3, authority);
  expect(rig.server.busy[kind]).toBe(0);
  expect(await driver.observe(signal)).toMatchObject({ ...to3, epoch: 5 });
});

test("throttled for ever, it ends with its signal", async () => {
  rig.server.busy.throttled = 1_000;
  const stop = new AbortController();
  rig.gate.onDone = () => {
    if (rig.gate.calls.length === 2) stop.abort(new Error("stopped"));
    return undefined;
  };
  const applied = rig.createDriver().apply(to3, { ...authority, signal: stop.signal });
  await expect(applied).rejects.toThrow("stopped");
});

test("a batch whose answer was lost was done, and is not done again", async () => {
  rig.gate.onDone = (verb) => (verb === "write" ? "lost" : undefined);
  const driver = rig.createDriver();
  await driver.apply(to3, authority);
  expect(rig.gate.writes).toBe(1);
  const seen = await driver.observe(signal);
  expect(seen).toMatchObject({ ...to3, epoch: 5, sequence: 17, change: null });
  expect(driver.whyNotReached(seen, to3)).toBeUndefined();
});

test("a batch that was lost on its way is sent again", async () => {
  let lost = 0;
  rig.gate.onCall = async (verb) => {
    if (verb !== "write" || lost > 0) return undefined;
    lost += 1;
    throw new Error("the connection is gone");
  };
  const driver = rig.createDriver();
  await driver.apply(to3, authority);
  expect(rig.gate.writes).toBe(1);
  expect(await driver.observe(signal)).toMatchObject({ ...to3, change: { isInSync: true } });
});

test("a batch that the API does not want is told in its words, once nothing changed", async () => {
  rig.server.zone.setPending(0);
  const driver = rig.createDriver({ zone: "example.org", record: "shop.example.org" });
  const failed = driver.apply(to3, authority);
  await expect(failed).rejects.toMatchObject({
    code: "GL_REJECTED",
    message: expect.stringContaining("shop.example.org. is not permitted in zone sandbox.test"),
  });
  expect(rig.gate.writes).toBe(1);
});

test("an API that is away, or does not know us, is named for what it is, without the secret", async () => {
  const key = "AKIANOBODY";
  const stranger = create(schema.parse(rig.config), { ...rig.tools, secret: () => key });
  const failed = await stranger.observe(signal).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "GL_FORBIDDEN" });
  expect(String(failed)).toContain("InvalidClientTokenId");
  expect(String(failed)).not.toContain(key);
  const away = rig.createDriver({ endpoint: "http://127.0.0.1:1" });
  await expect(away.observe(signal)).rejects.toMatchObject({
    code: "GL_UNREACHABLE",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});
