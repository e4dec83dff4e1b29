import { expect, test } from "@jest/globals";
import { GreenlightError } from "../../../src/domain/errors.ts";
import type { ProbeTools } from "../../../src/drivers/probe/probe.ts";
import { createProbe, registry } from "../../../src/drivers/probe/registry.ts";
import { MemoryCluster } from "../../fakes/memory-cluster.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const { signal } = new AbortController();

function tools(): ProbeTools & { clock: VirtualClock; kubernetes: MemoryCluster } {
  const clock = new VirtualClock();
  const kubernetes = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
  kubernetes.add({ name: "shop" }, 2);
  const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "default" } as const;
  return {
    cluster: "blue",
    clock,
    timeoutMs: 100,
    kubernetes,
    public: { host: "shop.test", port: 80, address: "192.0.2.1" },
    workloads: { shop: { ...ref, name: "shop" }, absent: { ...ref, name: "absent" } },
  };
}

test.each([
  { probe: "kubernetes" },
  { probe: "deployment", workload: "shop" },
  { probe: "http", path: "/healthz", expect: {} },
  { probe: "http", layer: "data", path: "/", expect: { status: 204, body: "" } },
  { probe: "tcp", layer: "data", addresses: { blue: "127.0.0.2:7000", green: "[::1]:7000" } },
])("%j is a configuration", (config) => {
  expect(registry.safeParse(config).success).toBe(true);
});

test.each([
  { probe: "icmp" },
  { probe: "kubernetes", path: "/livez" },
  { probe: "deployment" },
  { probe: "http", path: "healthz", expect: {} },
  { probe: "http", path: "/a b", expect: {} },
  { probe: "http", path: "/healthz", expect: { status: 42 } },
  { probe: "http", path: "/healthz" },
  { probe: "tcp", addresses: {} },
  { probe: "tcp", layer: "data", addresses: { blue: "127.0.0.2" } },
  { probe: "tcp", layer: "data", addresses: { blue: "127.0.0.2:70000" } },
])("%j is none", (config) => {
  expect(registry.safeParse(config).success).toBe(false);
});

test("a probe without a target is a wrong configuration", () => {
  const wrong = { code: "GL_CONFIG" };
  const addresses = { green: "127.0.0.3:1" };
  expect(() => createProbe({ probe: "tcp", name: "p", layer: "data", addresses }, tools())).toThrow(
    expect.objectContaining(wrong),
  );
  expect(() => createProbe({ probe: "deployment", name: "p", workload: "w" }, tools())).toThrow(
    expect.objectContaining(wrong),
  );
});

test("the public path is what an HTTP probe asks unless it says otherwise", () => {
  const config = registry.parse({ probe: "http", path: "/healthz", expect: {} });
  expect(createProbe({ ...config, name: "front" }, tools()).layer).toBe("public");
});

test("an API server that says no is unready; one that does not know us says nothing", async () => {
  const at = tools();
  const probe = createProbe({ probe: "kubernetes", name: "api" }, at);
  at.kubernetes.notReady = "/readyz answered 500";
  const unready = { answer: "unready", detail: "/readyz answered 500" };
  expect(await at.clock.run(() => probe.ask(signal))).toEqual(unready);
  at.kubernetes.onCall = () => Promise.reject(new GreenlightError("GL_FORBIDDEN", "answered 401"));
  expect(await at.clock.run(() => probe.ask(signal))).toMatchObject({ answer: "unknown" });
  at.kubernetes.onCall = () => new Promise(() => undefined);
});

test("a Deployment is ok while all that is wanted is available", async () => {
  const at = tools();
  const probe = createProbe({ probe: "deployment", name: "pods", workload: "shop" }, at);
  const ask = () => at.clock.run(() => probe.ask(signal));
  const scale = async (replicas: number) => {
    at.kubernetes.respecify({ name: "shop" }, { replicas });
    await at.clock.run(() => at.clock.sleep(20, signal));
  };
  expect(await ask()).toEqual({ answer: "ok" });
  await scale(3);
  expect(await ask()).toEqual({ answer: "unready", detail: "2 of 3 available" });
  await at.clock.run(() => at.clock.sleep(300, signal));
  expect(await ask()).toEqual({ answer: "ok" });
  await scale(0);
  expect(await ask()).toEqual({ answer: "unknown", detail: "no pods are wanted" });
  await at.clock.run(() => probe.close());
});

test("a Deployment that is not there is unready", async () => {
  const at = tools();
  const probe = createProbe({ probe: "deployment", name: "pods", workload: "absent" }, at);
  const absent = { answer: "unready", detail: "there is no Deployment absent" };
  expect(await at.clock.run(() => probe.ask(signal))).toEqual(absent);
  await at.clock.run(() => probe.close());
});
