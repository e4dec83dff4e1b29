import { beforeEach, expect, test } from "@jest/globals";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { create, type Observed } from "../../../src/drivers/scale/deployment.ts";
import type { Scale } from "../../../src/drivers/scale/scale.ts";
import { MemoryCluster } from "../../fakes/memory-cluster.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const SHOP = { name: "shop" } as const;
const HPA = { name: "shop", kind: "HorizontalPodAutoscaler" } as const;
const config = { driver: "deployment", namespace: "default", deployment: "shop" } as const;
const { signal } = new AbortController();
let clock: VirtualClock;
let cluster: MemoryCluster;

beforeEach(() => {
  clock = new VirtualClock();
  cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
  cluster.add(SHOP, 0);
  cluster.addAutoscaler({ name: "other" }, { target: "other", minReplicas: 1, maxReplicas: 2 });
  cluster.addAutoscaler(HPA, { target: "shop", minReplicas: 1, maxReplicas: 5 });
});

const driver = () => create(config, { cluster });
const observe = () => clock.run(() => driver().observe(signal));
const apply = (desired: Scale, sequence = 1) =>
  clock.run(() => driver().apply(desired, { epoch: 5, sequence, signal }));
const minimum = () => cluster.specOf(HPA)["minReplicas"];
const podsAreReady = () => clock.run(() => clock.sleep(500, signal));

test("it sees whose autoscaler it is, in the time of one read", async () => {
  const startedMs = clock.monotonicMs();
  expect(await observe()).toMatchObject({
    images: ["shop:1.0"],
    hpa: { name: "shop", minReplicas: 1, maxReplicas: 5 },
  });
  expect(clock.monotonicMs() - startedMs).toBe(10);
});

test("the minimum is raised before the replicas, fenced, and put back", async () => {
  const before = await observe();
  const seen: unknown[] = [];
  cluster.onCall = async (verb) => {
    if (verb === "write") seen.push([minimum(), cluster.look(SHOP).replicas]);
  };
  await apply({ replicas: 3 });
  // As the two writes found it: the autoscaler's comes first.
  expect(seen).toEqual([
    [1, 0],
    [3, 0],
  ]);
  const ref = { apiVersion: "autoscaling/v2", namespace: "default", ...HPA } as const;
  expect(await clock.run(() => cluster.read(ref, signal))).toMatchObject({
    metadata: { annotations: { "greenlight.dev/epoch": "5", "greenlight.dev/sequence": "1" } },
  });
  const first = driver().restoring(before);
  expect(first).toEqual({ replicas: 0, minReplicas: 1 });
  if (first) await apply(first, 2);
  expect([minimum(), cluster.look(SHOP).replicas]).toEqual([1, 0]);
});

test("a minimum that is high enough stays", async () => {
  cluster.respecify(HPA, { minReplicas: 4 });
  await apply({ replicas: 3 });
  expect(minimum()).toBe(4);
});

test("at zero it rests, and is left alone", async () => {
  await apply({ replicas: 3 });
  const writes = cluster.writes(HPA);
  await apply({ replicas: 0 }, 2);
  expect([minimum(), cluster.writes(HPA)]).toEqual([3, writes]);
  await podsAreReady();
  expect(driver().whyNotReached(await observe(), { replicas: 0 })).toBeUndefined();
});

test("a maximum that is too low is a clear failure, and nothing is written", async () => {
  const what = "HorizontalPodAutoscaler shop allows at most 5 replicas, 6 are wanted";
  const message = expect.stringContaining(what);
  await expect(apply({ replicas: 6 })).rejects.toMatchObject({ code: "GL_REJECTED", message });
  expect([cluster.writes(HPA), cluster.writes(SHOP)]).toEqual([0, 0]);
});

test("what the autoscaler added is not taken away, nor missed", async () => {
  await apply({ replicas: 3 });
  cluster.respecify(SHOP, { replicas: 5 });
  await apply({ replicas: 3 }, 2);
  expect(cluster.look(SHOP).replicas).toBe(5);
  await podsAreReady();
  expect(driver().whyNotReached(await observe(), { replicas: 3 })).toBeUndefined();
  expect(driver().whyNotReached(await observe(), { replicas: 0 })).toBe("5 replicas, not 0");
});

test("someone who lowers the minimum again is named", async () => {
  await apply({ replicas: 3 });
  await podsAreReady();
  cluster.respecify(HPA, { minReplicas: 2 });
  expect(driver().whyNotReached(await observe(), { replicas: 3 })).toBe(
    "HorizontalPodAutoscaler shop has minReplicas 2, not 3",
  );
});

test("an older pair touches neither of the two", async () => {
  await apply({ replicas: 0 }, 20);
  await expect(apply({ replicas: 3 }, 7)).rejects.toMatchObject({ code: "GL_EPOCH_STALE" });
  expect([minimum(), cluster.look(SHOP).replicas]).toEqual([1, 0]);
});

test("what an older journal holds is brought back, too", () => {
  const old = { epoch: 1, sequence: 1, replicas: 2, available: 2, current: true };
  expect(driver().restoring(old as Observed)).toEqual({ replicas: 2 });
});

test("a cluster without that API has none; one that forbids to look says so", async () => {
  const look = (code: "GL_NOT_FOUND" | "GL_FORBIDDEN") => {
    cluster.list = () => Promise.reject(new GreenlightError(code, "autoscaling"));
    return observe();
  };
  expect(await look("GL_NOT_FOUND")).toMatchObject({ hpa: null });
  await expect(look("GL_FORBIDDEN")).rejects.toMatchObject({ code: "GL_FORBIDDEN" });
});
