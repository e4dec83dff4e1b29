import { expect, test } from "@jest/globals";
import type { Json } from "../../src/domain/json.ts";
import { create, schema } from "../../src/drivers/traffic/ingress.ts";
import { comeBetween } from "../fakes/come-between.ts";
import { RULES, SHOP_INGRESS } from "../fakes/ingress.ts";
import { MemoryCluster } from "../fakes/memory-cluster.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeDriver } from "./driver.ts";

const INGRESS = { name: "shop", kind: "Ingress" } as const;
const { signal } = new AbortController();

/** The rules, with that Service behind the path that is ours. */
function rulesTo(name: string) {
  const text = JSON.stringify(RULES);
  return JSON.parse(text.replace('"service":{"name":"shop"', `"service":{"name":"${name}"`));
}

function open(rules: typeof RULES = RULES) {
  const clock = new VirtualClock();
  const cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
  cluster.addIngress(INGRESS, { rules });
  return { clock, cluster, driver: create(SHOP_INGRESS, { cluster }) };
}

/** A closed host and path, opened; or open ones, closed. */
for (const [first, backend, desired] of [
  ["closed", "away", [{ serves: true }, { serves: false }]],
  ["open", "shop", [{ serves: false }, { serves: true }]],
] as const)
  describeDriver({
    name: `traffic/ingress, at first ${first}`,
    async open() {
      const { clock, cluster, driver } = open(rulesTo(backend));
      const foreign = { host: "new.example.com" };
      return {
        driver,
        desired,
        run: (task) => clock.run(task),
        changes: () => cluster.changes(INGRESS),
        writes: () => cluster.writes(INGRESS),
        ...comeBetween(cluster),
        editForeign: async () => {
          const { rules } = cluster.specOf(INGRESS) as { rules: Json[] };
          cluster.respecify(INGRESS, { rules: [foreign, ...rules] });
        },
        whyForeignLost: async () => {
          const served = desired[0].serves ? "shop" : "away";
          expect(cluster.specOf(INGRESS)).toEqual({ rules: [foreign, ...rulesTo(served)] });
          return undefined;
        },
        close: async () => undefined,
      };
    },
  });

test("nothing but one path's Service is changed, and it waits for that by watch", async () => {
  const { clock, cluster, driver } = open();
  await clock.run(async () => {
    const seen = await driver.observe(signal);
    expect(seen).toEqual({ epoch: 0, sequence: 0, serves: true, backend: "shop" });
    const changed = driver.awaitChange?.(seen, signal);
    await driver.apply({ serves: false }, { epoch: 1, sequence: 1, signal });
    await changed;
    expect(cluster.specOf(INGRESS)).toEqual({ rules: rulesTo("away") });
  });
});

test("a path that leads elsewhere is not reached, and can't be brought back", async () => {
  const { clock, driver } = open(rulesTo("third"));
  const seen = await clock.run(() => driver.observe(signal));
  expect(seen).toMatchObject({ serves: false, backend: "third" });
  const why = "shop.example.com/ of Ingress shop leads to third, not to";
  expect(driver.whyNotReached(seen, { serves: true })).toBe(`${why} shop`);
  expect(driver.whyNotReached(seen, { serves: false })).toBe(`${why} away`);
  expect(driver.restoring(seen)).toBeUndefined();
});

test.each([
  ["is not there", []],
  ["is not there", [{ host: "shop.example.com" }]],
  ["is there 2 times", [...RULES, ...RULES]],
  [
    "leads to no Service",
    [{ host: "shop.example.com", http: { paths: [{ path: "/", backend: { resource: {} } }] } }],
  ],
])("what %s is left alone", async (what, rules) => {
  const { clock, cluster, driver } = open(rules);
  const applied = () => driver.apply({ serves: false }, { epoch: 1, sequence: 1, signal });
  const observed = () => driver.observe(signal);
  for (const call of [applied, observed])
    await expect(clock.run<unknown>(call)).rejects.toMatchObject({
      code: "GL_REJECTED",
      message: expect.stringContaining(what),
    });
  expect(cluster.writes(INGRESS)).toBe(0);
});

test("the Service that stands in is another one", () => {
  const result = schema.safeParse({ ...SHOP_INGRESS, instead: "shop" });
  expect(result.error?.issues).toMatchObject([{ path: ["instead"] }]);
});
