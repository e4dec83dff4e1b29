import { describe, expect, test } from "@jest/globals";
import { listAt, textAt } from "../../../../src/sandbox/kubernetes/kube-object.ts";
import { createKubernetesApi } from "../../../../src/sandbox/kubernetes/kubernetes-api.ts";
import { DEPLOYMENTS, PODS } from "../../../../src/sandbox/kubernetes/resource.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";

const NEVER = new AbortController().signal;

function openApi(replicas: number, startupDelayMs: number) {
  const clock = new VirtualClock();
  let ids = 0;
  const calls: number[] = [];
  const api = createKubernetesApi({
    clock,
    chance: { id: () => `id${ids++}`, fraction: () => 0 },
    onAvailable: (_, count) => calls.push(count),
    cluster: "green",
    token: "t",
    shopPort: 8080,
    replicas,
    startupDelayMs,
  });
  const shop = () => {
    const found = api.world.find(DEPLOYMENTS, "default", "shop");
    if (!found) throw new Error("no shop");
    return found;
  };
  const scale = (count: number) => {
    const before = shop();
    const spec = { ...(before["spec"] as object), replicas: count };
    api.world.replace(DEPLOYMENTS, { before, next: { ...before, spec } });
  };
  const wait = (ms: number) => clock.run(() => clock.sleep(ms, NEVER));
  return { api, calls, shop, scale, wait };
}

describe("the controller of Deployments", () => {
  test("has the seeded pods available from the start", () => {
    const { api, calls, shop } = openApi(3, 60_000);
    expect(calls).toEqual([3]);
    expect(shop()["status"]).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    const names = api.world.list(PODS).map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(3);
  });

  test("observes a scale-up soon, and has it available after the start-up delay", async () => {
    const { calls, shop, scale, wait } = openApi(0, 500);
    expect(shop()["status"]).not.toHaveProperty("availableReplicas");
    scale(2);
    expect(shop()).toMatchObject({
      metadata: { generation: 2 },
      status: { observedGeneration: 1 },
    });
    await wait(10);
    expect(shop()["status"]).toMatchObject({
      observedGeneration: 2,
      replicas: 2,
      unavailableReplicas: 2,
    });
    expect(conditionsOf(shop())).toEqual(["Available=False", "Progressing=True"]);
    expect(calls).toEqual([]);
    await wait(500);
    expect(shop()["status"]).toMatchObject({
      readyReplicas: 2,
      availableReplicas: 2,
      updatedReplicas: 2,
    });
    expect(conditionsOf(shop())).toEqual(["Available=True", "Progressing=True"]);
    expect(calls).toEqual([2]);
  });

  test("takes pods away at once, those that are not ready first", async () => {
    const { api, calls, scale, wait } = openApi(2, 500);
    const old = api.world.list(PODS).map(({ metadata }) => metadata.uid);
    scale(4);
    await wait(10);
    scale(2);
    await wait(10);
    expect(api.world.list(PODS).map(({ metadata }) => metadata.uid)).toEqual(old);
    scale(0);
    await wait(10);
    expect(api.world.list(PODS)).toEqual([]);
    expect(calls).toEqual([2, 0]);
  });

  test("takes a new start-up delay for pods that are starting", async () => {
    const { api, calls, scale, wait } = openApi(0, 500);
    api.setStartupDelay(60_000);
    scale(1);
    await wait(1_000);
    expect(calls).toEqual([]);
    api.setStartupDelay(100);
    await wait(10);
    expect(calls).toEqual([1]);
  });

  test("replaces a pod that someone deleted", async () => {
    const { api, calls, wait } = openApi(1, 100);
    const [pod] = api.world.list(PODS);
    if (pod) api.world.remove(PODS, pod);
    await wait(10);
    await wait(100);
    expect(calls).toEqual([1, 0, 1]);
    expect(api.world.list(PODS)).toHaveLength(1);
  });

  test("takes the pods of a deleted Deployment away", async () => {
    const { api, calls, shop, wait } = openApi(2, 0);
    api.world.remove(DEPLOYMENTS, shop());
    await wait(10);
    expect(api.world.list(PODS)).toEqual([]);
    expect(calls).toEqual([2, 0]);
  });

  test("does nothing after it was closed", async () => {
    const { api, calls, scale, wait } = openApi(1, 0);
    scale(3);
    api.close();
    scale(5);
    await wait(100);
    expect(calls).toEqual([1]);
  });
});

function conditionsOf(object: Parameters<typeof listAt>[0]): readonly string[] {
  return listAt(object, "status.conditions").map(
    (one) => `${textAt(one, "type")}=${textAt(one, "status")}`,
  );
}
