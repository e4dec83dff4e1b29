import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OpenCluster, openCluster } from "../../../fakes/sandbox-cluster.ts";

const SHOP = "/apis/apps/v1/namespaces/default/deployments/shop";
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
const MERGE = { "content-type": "application/merge-patch+json" };
const JSON_PATCH = { "content-type": "application/json-patch+json" };

let cluster: OpenCluster;
beforeAll(async () => {
  cluster = await openCluster({ replicas: 1 });
});
afterAll(() => cluster.close());

const read = async (path: string) => (await cluster.ask("GET", path)).body;
const metadataOf = (body: unknown) => (body as { metadata: Record<string, unknown> }).metadata;

describe("who may ask", () => {
  test("nobody without the token, but for health and version", async () => {
    const none = { headers: { authorization: "Bearer wrong" } };
    const refused = await cluster.ask("GET", SHOP, none);
    expect(refused).toMatchObject({
      code: 401,
      body: { kind: "Status", status: "Failure", reason: "Unauthorized", code: 401 },
    });
    expect((await cluster.ask("GET", "/readyz", none)).code).toBe(401);
    for (const path of ["/readyz", "/livez", "/healthz"])
      expect(await cluster.ask("GET", path)).toMatchObject({ code: 200, text: "ok" });
    expect(await read("/version")).toMatchObject({ major: "1" });
  });
});

describe("a write of a Deployment", () => {
  test("raises the generation when the spec changes, and the version only when anything does", async () => {
    const before = await read(SHOP);
    const annotations = { "greenlight.dev/epoch": "5", "greenlight.dev/sequence": "17" };
    const patch = { metadata: { annotations } };
    const annotated = (await cluster.ask("PATCH", SHOP, { headers: MERGE, body: patch })).body;
    expect(metadataOf(annotated)).toMatchObject({ annotations, generation: 1 });
    expect(metadataOf(annotated)["annotations"]).toHaveProperty([
      "deployment.kubernetes.io/revision",
    ]);
    expect(metadataOf(annotated)["resourceVersion"]).not.toBe(
      metadataOf(before)["resourceVersion"],
    );
    const again = await cluster.ask("PATCH", SHOP, { headers: MERGE, body: patch });
    expect(again).toMatchObject({ code: 200, body: annotated });
    const body = { spec: { paused: true } };
    const changed = await cluster.ask("PATCH", SHOP, { headers: MERGE, body });
    expect(metadataOf(changed.body)).toMatchObject({ generation: 2 });
  });

  test("cannot touch the status or who it is", async () => {
    const body = {
      metadata: { creationTimestamp: null, generation: 99 },
      status: { replicas: 99 },
    };
    const answer = await cluster.ask("PATCH", SHOP, { headers: MERGE, body });
    expect(answer).toMatchObject({ code: 200, body: { status: { replicas: 1 } } });
    expect(metadataOf(answer.body)["generation"]).not.toBe(99);
    expect(metadataOf(answer.body)["creationTimestamp"]).toMatch(/Z$/);
    const foreign = { headers: MERGE, body: { metadata: { uid: "other" } } };
    expect(await cluster.ask("PATCH", SHOP, foreign)).toMatchObject({ code: 409 });
  });

  test("loses when its version is stale, however it says so", async () => {
    const before = await read(SHOP);
    const put = { ...before, metadata: { ...metadataOf(before), resourceVersion: "1" } };
    const conflict = {
      code: 409,
      body: {
        reason: "Conflict",
        message:
          'Operation cannot be fulfilled on deployments.apps "shop": the object has been modified; please apply your changes to the latest version and try again',
        details: { name: "shop", group: "apps", kind: "deployments" },
      },
    };
    expect(await cluster.ask("PUT", SHOP, { body: put })).toMatchObject(conflict);
    const merge = { metadata: { resourceVersion: "1" }, spec: { replicas: 9 } };
    expect(await cluster.ask("PATCH", SHOP, { headers: MERGE, body: merge })).toMatchObject(
      conflict,
    );
    const replace = [
      { op: "replace", path: "/metadata/resourceVersion", value: "1" },
      { op: "replace", path: "/spec/replicas", value: 9 },
    ];
    expect(await cluster.ask("PATCH", SHOP, { headers: JSON_PATCH, body: replace })).toMatchObject(
      conflict,
    );
    expect(await read(SHOP)).toEqual(before);
  });

  test("with a failed test in a JSON patch is 422, as the real server has it", async () => {
    const body = [{ op: "test", path: "/metadata/resourceVersion", value: "1" }];
    expect(await cluster.ask("PATCH", SHOP, { headers: JSON_PATCH, body })).toMatchObject({
      code: 422,
      body: {
        reason: "Invalid",
        message: "the server rejected our request due to an error in our request",
      },
    });
  });

  test("is refused for wrong values and wrong types", async () => {
    const negative = { headers: MERGE, body: { spec: { replicas: -1 } } };
    expect(await cluster.ask("PATCH", SHOP, negative)).toMatchObject({
      code: 422,
      body: {
        message:
          'Deployment.apps "shop" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        details: { causes: [{ reason: "FieldValueInvalid", field: "spec.replicas" }] },
      },
    });
    for (const body of [{ spec: { replicas: "3" } }, { metadata: { annotations: { a: 1 } } }])
      expect(await cluster.ask("PATCH", SHOP, { headers: MERGE, body })).toMatchObject({
        code: 422,
        body: { reason: "Invalid" },
      });
    const selector = {
      headers: MERGE,
      body: { spec: { selector: { matchLabels: { app: "x" } } } },
    };
    expect(await cluster.ask("PATCH", SHOP, selector)).toMatchObject({ code: 422 });
  });

  test("with dryRun is checked and not stored", async () => {
    const before = await read(SHOP);
    const ask = { headers: MERGE, body: { spec: { replicas: 7 } } };
    const answer = await cluster.ask("PATCH", `${SHOP}?dryRun=All`, ask);
    expect(answer).toMatchObject({ code: 200, body: { spec: { replicas: 7 } } });
    expect(await read(SHOP)).toEqual(before);
  });
});

describe("the Scale of a Deployment", () => {
  test("is read, replaced and patched, with the Deployment's version", async () => {
    const scale = await read(`${SHOP}/scale`);
    expect(scale).toMatchObject({
      kind: "Scale",
      apiVersion: "autoscaling/v1",
      spec: { replicas: 1 },
      status: { replicas: 1, selector: "app=shop" },
    });
    const larger = { ...scale, spec: { replicas: 2 } };
    const put = await cluster.ask("PUT", `${SHOP}/scale`, { body: larger });
    expect(put).toMatchObject({ code: 200, body: { kind: "Scale", spec: { replicas: 2 } } });
    expect(await cluster.ask("PUT", `${SHOP}/scale`, { body: larger })).toMatchObject({
      code: 409,
    });
    const zero = { headers: MERGE, body: { spec: { replicas: 0 } } };
    const patched = await cluster.ask("PATCH", `${SHOP}/scale`, zero);
    expect(patched.body["spec"]).toEqual({});
    expect(await read(SHOP)).toMatchObject({ spec: { replicas: 0 } });
    const wrong = { headers: MERGE, body: { spec: { replicas: -2 } } };
    expect(await cluster.ask("PATCH", `${SHOP}/scale`, wrong)).toMatchObject({ code: 422 });
  });
});

describe("what it does not have", () => {
  test.each([
    ["GET", "/apis/apps/v1/namespaces/default/deployments/none", 404, "NotFound"],
    ["GET", "/apis/apps/v1/namespaces/default/daemonsets", 404, "NotFound"],
    ["GET", "/apis/apps/v1/deployments/shop", 404, "NotFound"],
    ["GET", "/apis/batch/v1/jobs", 404, "NotFound"],
    ["GET", "/nowhere", 404, "NotFound"],
    ["DELETE", "/apis/apps/v1/namespaces/default/deployments", 405, "MethodNotAllowed"],
    ["POST", SHOP, 405, "MethodNotAllowed"],
    ["DELETE", `${SHOP}/scale`, 405, "MethodNotAllowed"],
    ["PUT", "/version", 405, "MethodNotAllowed"],
    ["PATCH", SHOP, 415, "UnsupportedMediaType"],
    ["GET", `${LEASES}?resourceVersion=999999`, 504, "Timeout"],
    ["GET", `${LEASES}?watch=1&resourceVersion=x`, 400, "BadRequest"],
  ] as const)("%s %s -> %i %s", async (method, path, code, reason) => {
    const body = method === "GET" ? undefined : {};
    expect(await cluster.ask(method, path, { body })).toMatchObject({
      code,
      body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, code },
    });
  });

  test("answers no form but JSON", async () => {
    const headers = { accept: "application/vnd.kubernetes.protobuf" };
    expect(await cluster.ask("GET", SHOP, { headers })).toMatchObject({ code: 406 });
    const either = { accept: "application/vnd.kubernetes.protobuf,application/json" };
    expect(await cluster.ask("GET", SHOP, { headers: either })).toMatchObject({ code: 200 });
  });

  test("creates nothing in a namespace that is not there, or is another", async () => {
    const body = { metadata: { name: "x" } };
    const path = "/apis/coordination.k8s.io/v1/namespaces/none/leases";
    expect(await cluster.ask("POST", path, { body })).toMatchObject({ code: 404 });
    const other = { metadata: { name: "x", namespace: "other" } };
    expect(await cluster.ask("POST", LEASES, { body: other })).toMatchObject({ code: 400 });
    expect(await cluster.ask("POST", LEASES, { body: { ...body, kind: "Pod" } })).toMatchObject({
      code: 400,
    });
    expect(await cluster.ask("POST", LEASES, { body: { metadata: {} } })).toMatchObject({
      code: 422,
    });
  });
});
