import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  V1MicroTime,
  Watch,
} from "@kubernetes/client-node";
import { type OpenCluster, openCluster } from "../fakes/sandbox-cluster.ts";
import { eventually } from "../fakes/until.ts";

const SHOP = { namespace: "default", name: "shop" };

let cluster: OpenCluster;
let config: KubeConfig;
beforeAll(async () => {
  cluster = await openCluster({ replicas: 1, startupDelayMs: 20 });
  config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
});
afterAll(() => cluster.close());

describe("the official client", () => {
  test("reads typed objects", async () => {
    const shop = await config.makeApiClient(AppsV1Api).readNamespacedDeployment(SHOP);
    expect(shop.spec?.replicas).toBe(1);
    expect(shop.status?.availableReplicas).toBe(1);
    expect(shop.metadata?.creationTimestamp?.getTime()).toBeGreaterThan(0);
    const core = config.makeApiClient(CoreV1Api);
    const pods = await core.listNamespacedPod({ namespace: "default", labelSelector: "app=shop" });
    expect(pods.items.map(({ status }) => status?.phase)).toEqual(["Running"]);
    const { items } = await core.listNode();
    expect(items.map(({ metadata }) => metadata?.name)).toEqual([
      "blue-control-plane",
      "blue-worker",
    ]);
  });

  test.each([
    [PatchStrategy.MergePatch, { metadata: { resourceVersion: "1" }, spec: { replicas: 4 } }],
    [
      PatchStrategy.StrategicMergePatch,
      { metadata: { resourceVersion: "1" }, spec: { replicas: 4 } },
    ],
    [
      PatchStrategy.JsonPatch,
      [
        { op: "replace", path: "/metadata/resourceVersion", value: "1" },
        { op: "replace", path: "/spec/replicas", value: 4 },
      ],
    ],
  ])("is told of a conflict: %s", async (strategy, body) => {
    const apps = config.makeApiClient(AppsV1Api);
    const options = setHeaderOptions("Content-Type", strategy);
    const refused = apps.patchNamespacedDeployment({ ...SHOP, body }, options);
    await expect(refused).rejects.toMatchObject({ code: 409 });
    const shop = await apps.readNamespacedDeployment(SHOP);
    expect(shop.spec?.replicas).toBe(1);
  });

  test("takes a Lease by its version, and loses it by a stale one", async () => {
    const api = config.makeApiClient(CoordinationV1Api);
    const place = { namespace: "default", name: "greenlight-shop" };
    const renewTime = new V1MicroTime(1_767_225_600_000);
    const lease = { metadata: { name: place.name }, spec: { holderIdentity: "one", renewTime } };
    const created = await api.createNamespacedLease({ namespace: "default", body: lease });
    const { resourceVersion } = created.metadata ?? {};
    const metadata = {
      name: place.name,
      ...(resourceVersion !== undefined && { resourceVersion }),
    };
    const body = { metadata, spec: { holderIdentity: "two" } };
    const replaced = await api.replaceNamespacedLease({ ...place, body });
    expect(replaced.spec?.holderIdentity).toBe("two");
    await expect(api.replaceNamespacedLease({ ...place, body })).rejects.toMatchObject({
      code: 409,
    });
    const again = api.createNamespacedLease({ namespace: "default", body: lease });
    await expect(again).rejects.toMatchObject({ code: 409 });
  });

  test("watches a Deployment become available", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const { metadata } = await apps.listNamespacedDeployment({ namespace: "default" });
    const seen: number[] = [];
    const watch = await new Watch(config).watch(
      "/apis/apps/v1/namespaces/default/deployments",
      { fieldSelector: "metadata.name=shop", resourceVersion: metadata?.resourceVersion },
      (_, deployment) => void seen.push(deployment.status.availableReplicas ?? 0),
      () => undefined,
    );
    const scale = await apps.readNamespacedDeploymentScale(SHOP);
    expect(scale.status?.replicas).toBe(1);
    const body = { metadata: SHOP, spec: { replicas: 3 } };
    await apps.replaceNamespacedDeploymentScale({ ...SHOP, body });
    await eventually(() => seen.at(-1) === 3, { withinMs: 5_000 });
    watch.abort();
  });
});
