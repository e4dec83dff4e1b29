import { expect, test } from "@jest/globals";
import { create } from "../../src/drivers/traffic/service.ts";
import { comeBetween } from "../fakes/come-between.ts";
import { MemoryCluster } from "../fakes/memory-cluster.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeDriver } from "./driver.ts";

const SERVICE = { name: "shop", kind: "Service" } as const;
const config = { driver: "service", namespace: "default", service: "shop" } as const;
const { signal } = new AbortController();

/** A closed Service, opened; or an open one, closed. */
for (const [first, desired] of [
  ["closed", [{ serves: true }, { serves: false }]],
  ["open", [{ serves: false }, { serves: true }]],
] as const)
  describeDriver({
    name: `traffic/service, at first ${first}`,
    async open() {
      const clock = new VirtualClock();
      const cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
      const closed = first === "closed" ? { "greenlight.dev/quarantined": "true" } : {};
      cluster.addService(SERVICE, { app: "shop", ...closed });
      return {
        driver: create(config, { cluster }),
        desired,
        run: (task) => clock.run(task),
        changes: () => cluster.changes(SERVICE),
        writes: () => cluster.writes(SERVICE),
        ...comeBetween(cluster),
        editForeign: async () => cluster.respecify(SERVICE, { selector: { team: "shop" } }),
        whyForeignLost: async () => {
          const { selector } = cluster.specOf(SERVICE);
          expect(selector).toMatchObject({ app: "shop", team: "shop" });
          return undefined;
        },
        close: async () => undefined,
      };
    },
  });

test("it waits for a change by watch", async () => {
  const clock = new VirtualClock();
  const cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
  cluster.addService(SERVICE, { app: "shop" });
  const driver = create(config, { cluster });
  await clock.run(async () => {
    const seen = await driver.observe(signal);
    expect(seen).toMatchObject({ serves: true, selector: { app: "shop" } });
    const changed = driver.awaitChange?.(seen, signal);
    await driver.apply({ serves: false }, { epoch: 1, sequence: 1, signal });
    await changed;
    expect(await driver.observe(signal)).toMatchObject({ serves: false, epoch: 1 });
    const closed = { app: "shop", "greenlight.dev/quarantined": "true" };
    expect(cluster.specOf(SERVICE)).toEqual({ selector: closed });
  });
});

test.each([{}, { "greenlight.dev/quarantined": "true" }])(
  "a Service that selects nothing by itself is left alone: %j",
  async (selector) => {
    const clock = new VirtualClock();
    const cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
    cluster.addService(SERVICE, selector);
    const driver = create(config, { cluster });
    for (const serves of [true, false]) {
      const applied = () => driver.apply({ serves }, { epoch: 1, sequence: 1, signal });
      await expect(clock.run(applied)).rejects.toMatchObject({ code: "GL_REJECTED" });
    }
    expect(cluster.writes(SERVICE)).toBe(0);
  },
);
