import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { autoscalerOf } from "../../../fakes/autoscaler.ts";
import { type OpenCluster, openCluster } from "../../../fakes/sandbox-cluster.ts";
import { eventually } from "../../../fakes/until.ts";

const SHOP = "/apis/apps/v1/namespaces/default/deployments/shop";
const ALL = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
const HPA = `${ALL}/shop`;
const MERGE = { "content-type": "application/merge-patch+json" };
const TABLE = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
const soon = { withinMs: 5_000 };

let cluster: OpenCluster;
beforeAll(async () => {
  cluster = await openCluster({ replicas: 2 });
  const body = autoscalerOf("shop", { minReplicas: 2, maxReplicas: 4 });
  expect(await cluster.ask("POST", ALL, { body })).toMatchObject({ code: 201 });
});
afterAll(() => cluster.close());

// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
const read = async (path: string) => (await cluster.ask("GET", path)).body as any;
const patch = (path: string, spec: object) =>
  cluster.ask("PATCH", path, { headers: MERGE, body: { spec } });
const untilReplicas = (count: number) =>
  eventually(async () => (await read(SHOP)).spec.replicas === count, soon);

describe("an autoscaler", () => {
  test.each([
    [1, 2],
    [9, 4],
    [3, 3],
  ])("of %d replicas makes %d", async (asked, made) => {
    await patch(SHOP, { replicas: asked });
    await untilReplicas(made);
    await eventually(async () => (await read(HPA)).status?.desiredReplicas === made, soon);
  });

  test("rests at zero, whatever its minimum is", async () => {
    await patch(SHOP, { replicas: 0 });
    await eventually(async () => (await read(HPA)).status?.currentReplicas === 0, soon);
    await patch(HPA, { minReplicas: 3 });
    const { generation } = (await read(HPA)).metadata;
    await eventually(async () => (await read(HPA)).status.observedGeneration === generation, soon);
    expect((await read(SHOP)).spec.replicas).toBe(0);
    await patch(SHOP, { replicas: 1 });
    await untilReplicas(3);
  });

  test("goes by new bounds at once", async () => {
    await patch(HPA, { minReplicas: 2, maxReplicas: 2 });
    await untilReplicas(2);
  });

  test.each<[object, string]>([
    [{ minReplicas: 0 }, "spec.minReplicas"],
    [{ minReplicas: 9 }, "spec.maxReplicas"],
    [{ maxReplicas: 0 }, "spec.maxReplicas"],
  ])("with %j is refused", async (spec, field) => {
    expect(await patch(HPA, spec)).toMatchObject({
      code: 422,
      body: { details: { causes: [{ field }] } },
    });
  });

  test("is found and shown as kubectl asks", async () => {
    const group = await read("/apis/autoscaling");
    expect(group.preferredVersion).toEqual({ groupVersion: "autoscaling/v2", version: "v2" });
    const { resources } = await read("/apis/autoscaling/v2");
    expect(resources).toMatchObject([{ kind: "HorizontalPodAutoscaler", shortNames: ["hpa"] }]);
    const table = (await cluster.ask("GET", ALL, { headers: TABLE })).body as {
      columnDefinitions: { name: string }[];
      rows: { cells: unknown[] }[];
    };
    expect(table.columnDefinitions.map(({ name }) => name)).toEqual([
      "Name",
      "Reference",
      "Targets",
      "MinPods",
      "MaxPods",
      "Replicas",
      "Age",
    ]);
    expect(table.rows[0]?.cells.slice(0, 5)).toEqual(["shop", "Deployment/shop", "<none>", "2", 2]);
  });
});

test("a Service with a selector that is no text is refused", async () => {
  const service = "/api/v1/namespaces/default/services/shop";
  expect(await patch(service, { selector: { app: true } })).toMatchObject({ code: 422 });
});
