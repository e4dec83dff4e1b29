import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { a, create as creating, remove, weighted } from "../../conformance/route53.ts";
import { openRoute53Rig, RECORD } from "../../fakes/route53-rig.ts";

async function routeByWeight(...sets: ResourceRecordSet[]) {
  await rig.change(remove(a(RECORD, "127.0.0.2")), ...sets.map(creating));
}

const to3 = { address: "127.0.0.3" };
const { signal } = new AbortController();
const authority = { epoch: 5, sequence: 17, signal };

let rig: Awaited<ReturnType<typeof openRoute53Rig>>;
beforeEach(async () => {
  rig = await openRoute53Rig();
});
afterEach(() => rig.close());

test("weighted records: the one with the address gets weight, the others none", async () => {
  const blue = { ...weighted("blue", "127.0.0.2", 100), HealthCheckId: "checked" };
  await routeByWeight(blue, weighted("green", "127.0.0.3", 0));
  const driver = rig.createDriver();
  const before = await driver.observe(signal);
  expect(before).toMatchObject({ address: "127.0.0.2", ttlSeconds: 300 });
  await driver.apply({ ...to3, ttl: 7 }, authority);
  const shop = () =>
    rig.server.zone.sets().filter(({ name, type }) => name === RECORD && type === "A");
  expect(shop()).toMatchObject([
    { identifier: "blue", weight: 0, ttlSeconds: 7, healthCheck: "checked" },
    { identifier: "green", weight: 1, ttlSeconds: 7 },
  ]);
  const seen = await driver.observe(signal);
  expect(driver.whyNotReached(seen, to3)).toBeUndefined();
  const back = driver.restoring(before);
  if (!back) throw new Error("it can be brought back");
  await driver.apply(back, { ...authority, sequence: 18 });
  expect(shop()).toMatchObject([{ weight: 1, ttlSeconds: 300 }, { weight: 0 }]);
});

test("a weighted record that someone changes in between is read again, and kept", async () => {
  const green = weighted("green", "127.0.0.3", 0);
  await routeByWeight(weighted("blue", "127.0.0.2", 1), green);
  rig.gate.beforeNextWrite(async () => {
    await rig.change(remove(green), creating({ ...green, HealthCheckId: "new" }));
  });
  await rig.createDriver().apply(to3, authority);
  const sets = rig.server.zone.sets().filter(({ name }) => name === RECORD);
  expect(sets).toMatchObject([{ weight: 0 }, { weight: 1, healthCheck: "new" }]);
});

test("without a weighted record of that address nothing is done", async () => {
  await routeByWeight(weighted("blue", "127.0.0.2", 1), weighted("green", "127.0.0.3", 1));
  const driver = rig.createDriver();
  const applied = driver.apply({ address: "127.0.0.4" }, authority);
  await expect(applied).rejects.toMatchObject({ code: "GL_REJECTED" });
  expect(rig.gate.writes).toBe(0);
  const seen = await driver.observe(signal);
  expect(seen.address).toBe("127.0.0.2 127.0.0.3");
  expect(driver.restoring(seen)).toBeUndefined();
});

test("failover records are refused: there Route 53 decides", async () => {
  const sets = ["PRIMARY", "SECONDARY"].map((Failover, at) => ({
    ...a(RECORD, `127.0.0.${at + 2}`),
    SetIdentifier: Failover.toLowerCase(),
    Failover: Failover as "PRIMARY" | "SECONDARY",
  }));
  await rig.change(remove(a(RECORD, "127.0.0.2")), ...sets.map(creating));
  const driver = rig.createDriver();
  const UNREADABLE = {
    code: "GL_RECORD_UNREADABLE",
    message: expect.stringContaining("records by Failover: there Route 53 decides"),
  };
  await expect(driver.observe(signal)).rejects.toMatchObject(UNREADABLE);
  await expect(driver.apply(to3, authority)).rejects.toMatchObject(UNREADABLE);
  expect(rig.gate.writes).toBe(0);
});
