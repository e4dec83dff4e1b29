import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AppsV1Api, CoordinationV1Api, KubeConfig } from "@kubernetes/client-node";
import { createKubernetes, type Kubernetes } from "../../src/adapters/kubernetes/kubernetes.ts";
import { openKubernetesServer, SHOP } from "../fakes/kubernetes-server.ts";

const { signal } = new AbortController();
const PLACE = { namespace: "default" };

let server: Awaited<ReturnType<typeof openKubernetesServer>>;
let ours: Kubernetes;
let theirs: KubeConfig;
beforeEach(async () => {
  server = await openKubernetesServer();
  ours = createKubernetes(server.access, { clock: server.clock });
  const caData = Buffer.from(server.access.tls.ca ?? "").toString("base64");
  theirs = new KubeConfig();
  theirs.loadFromOptions({
    clusters: [{ name: "c", server: server.access.server, caData }],
    users: [{ name: "u", token: await server.access.token() }],
    contexts: [{ name: "blue", cluster: "c", user: "u" }],
    currentContext: "blue",
  });
});
afterEach(async () => {
  await ours.close();
  await server.close();
});

test("the official client reads a Deployment that we scaled", async () => {
  const api = theirs.makeApiClient(AppsV1Api);
  const { metadata } = await api.readNamespacedDeployment({ ...PLACE, name: "shop" });
  const edits = [
    { op: "test", path: "/metadata/resourceVersion", value: metadata?.resourceVersion ?? "" },
    { op: "add", path: "/metadata/annotations/a", value: "1" },
    { op: "add", path: "/spec/replicas", value: 3 },
  ] as const;
  const patch = { ref: SHOP, edits };
  await ours.cluster.patch(patch, signal);
  const scaled = await api.readNamespacedDeployment({ ...PLACE, name: "shop" });
  expect(scaled.spec?.replicas).toBe(3);
  expect(scaled.metadata?.annotations).toMatchObject({ a: "1" });
  await expect(ours.cluster.patch(patch, signal)).rejects.toMatchObject({ code: "GL_CONFLICT" });
});

test("it reads our Leases by their types", async () => {
  const next = {
    epoch: 4,
    sequence: 2,
    primary: "green",
    operation: "op-1",
    holder: "worker-1",
    durationMs: 5_000,
    renewedAt: 1_767_225_600_123,
  };
  await ours.leases.swap("shop", { seen: undefined, next }, signal);
  const name = "greenlight-shop";
  const lease = await theirs
    .makeApiClient(CoordinationV1Api)
    .readNamespacedLease({ ...PLACE, name });
  expect(lease.spec).toMatchObject({ holderIdentity: "worker-1", leaseDurationSeconds: 5 });
  expect(JSON.stringify(lease.spec?.renewTime)).toContain("2026-01-01T00:00:00.123");
});
