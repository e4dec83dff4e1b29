import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OpenCluster, openCluster } from "../../../fakes/sandbox-cluster.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

let cluster: OpenCluster;
beforeAll(async () => {
  cluster = await openCluster({ replicas: 1 });
});
afterAll(() => cluster.close());

describe("Leases", () => {
  const lease = (name: string, metadata = {}) => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, ...metadata },
    spec: { holderIdentity: "one", leaseDurationSeconds: 15 },
  });

  test("are created once, replaced by version, and deleted", async () => {
    const created = await cluster.ask("POST", LEASES, { body: lease("a") });
    expect(created).toMatchObject({ code: 201, body: { metadata: { namespace: "default" } } });
    expect(await cluster.ask("POST", LEASES, { body: lease("a") })).toMatchObject({
      code: 409,
      body: {
        reason: "AlreadyExists",
        message: 'leases.coordination.k8s.io "a" already exists',
      },
    });
    const { resourceVersion } = created.body["metadata"] as { resourceVersion: string };
    const next = { ...lease("a", { resourceVersion }), spec: { holderIdentity: "two" } };
    expect(await cluster.ask("PUT", `${LEASES}/a`, { body: next })).toMatchObject({ code: 200 });
    expect(await cluster.ask("PUT", `${LEASES}/a`, { body: next })).toMatchObject({ code: 409 });
    const stale = { preconditions: { resourceVersion } };
    expect(await cluster.ask("DELETE", `${LEASES}/a`, { body: stale })).toMatchObject({
      code: 409,
    });
    expect(await cluster.ask("DELETE", `${LEASES}/a`)).toMatchObject({
      code: 200,
      body: { status: "Success", details: { name: "a", kind: "leases" } },
    });
    expect(await cluster.ask("GET", `${LEASES}/a`)).toMatchObject({
      code: 404,
      body: { reason: "NotFound", message: 'leases.coordination.k8s.io "a" not found' },
    });
  });

  test("want a version in a PUT, and are created by one where there is none", async () => {
    expect(await cluster.ask("PUT", `${LEASES}/b`, { body: lease("b") })).toMatchObject({
      code: 201,
    });
    expect(await cluster.ask("PUT", `${LEASES}/b`, { body: lease("b") })).toMatchObject({
      code: 422,
      body: { details: { causes: [{ field: "metadata.resourceVersion" }] } },
    });
    expect(await cluster.ask("PUT", `${LEASES}/b`, { body: lease("c") })).toMatchObject({
      code: 400,
    });
    const wrong = { ...lease("d"), spec: { leaseDurationSeconds: 0 } };
    expect(await cluster.ask("POST", LEASES, { body: wrong })).toMatchObject({ code: 422 });
  });
});
