import { expect, test } from "@jest/globals";
import type { JsonObject } from "../../../src/domain/json.ts";
import { create } from "../../../src/drivers/scale/deployment.ts";
import type { Cluster } from "../../../src/engine/ports/cluster.ts";
import { MemoryCluster } from "../../fakes/memory-cluster.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const config = { driver: "deployment", namespace: "default", deployment: "shop" } as const;
const { signal } = new AbortController();

/** What is against it being at zero, where its status says so. */
async function whyNotAtZero(status: JsonObject): Promise<string | undefined> {
  const object = {
    metadata: { name: "shop", uid: "u", generation: 7, resourceVersion: "1" },
    spec: { replicas: 0, template: { spec: { containers: [{ image: "shop:1.0" }] } } },
    status: { observedGeneration: 7, ...status },
  };
  const cluster = { read: async () => object, list: async () => [] } as unknown as Cluster;
  const driver = create(config, { cluster });
  return driver.whyNotReached(await driver.observe(signal), { replicas: 0 });
}

test.each<[string, JsonObject, string | undefined]>([
  [
    "the controller has not seen it",
    { observedGeneration: 6 },
    "the controller has not seen the change",
  ],
  [
    "pods are available",
    { replicas: 2, availableReplicas: 2 },
    "2 not ended yet, none should be left",
  ],
  ["a pod is there that is not available", { replicas: 1 }, "1 not ended yet, none should be left"],
  ["only such as are being ended are there", { terminatingReplicas: 2 }, undefined],
  ["nothing is there", {}, undefined],
])("at zero, %s", async (_, status, why) => {
  expect(await whyNotAtZero(status)).toBe(why);
});

test("it is waited for until no pod is left; those that are being ended are evidence", async () => {
  const clock = new VirtualClock();
  const cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
  cluster.add({ name: "shop" }, 2);
  const driver = create(config, { cluster });
  const look = async () => {
    const seen = await driver.observe(signal);
    return { seen, why: driver.whyNotReached(seen, { replicas: 0 }) };
  };
  await clock.run(async () => {
    expect((await look()).seen).toMatchObject({ pods: 2, ending: null });
    await driver.apply({ replicas: 0 }, { epoch: 5, sequence: 1, signal });
    cluster.ending = 1;
    expect((await look()).why).toBe("the controller has not seen the change");
    await clock.sleep(100, signal);
    const { seen, why } = await look();
    expect(why).toBe("2 not ended yet, none should be left");
    await driver.awaitChange?.(seen, signal);
    const after = await look();
    expect(after).toMatchObject({ seen: { pods: 0, ending: 1 }, why: undefined });
  });
});
