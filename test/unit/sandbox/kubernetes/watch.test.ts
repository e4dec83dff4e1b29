import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../../../src/domain/json.ts";
import { LEASES } from "../../../../src/sandbox/kubernetes/resource.ts";
import { type OpenCluster, openCluster } from "../../../fakes/sandbox-cluster.ts";

const PATH = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

let cluster: OpenCluster;
beforeEach(async () => {
  cluster = await openCluster({ replicas: 0 });
});
afterEach(() => cluster.close());

function write(name: string, labels: JsonObject = {}) {
  const before = cluster.api.world.find(LEASES, "default", name);
  const draft = { metadata: { name, namespace: "default", labels }, spec: {} };
  if (!before) return cluster.api.world.create(LEASES, draft);
  return cluster.api.world.replace(LEASES, { before, next: draft });
}

function remove(name: string) {
  const before = cluster.api.world.find(LEASES, "default", name);
  if (before) cluster.api.world.remove(LEASES, before);
}

/** What a watch tells until the API is closed, after `meanwhile`. */
async function watch(query: string, meanwhile: () => void = () => undefined) {
  const lines = await cluster.lines(`${PATH}?watch=true&${query}`, () => {
    meanwhile();
    cluster.api.close();
  });
  return lines.map(({ type, object }) => {
    const { name } = object.metadata;
    return `${type} ${name ?? object.reason ?? object.kind}`;
  });
}

describe("a watch", () => {
  test("tells what changed after a version, then what changes", async () => {
    const { resourceVersion } = write("a").metadata;
    write("b");
    const told = await watch(`resourceVersion=${resourceVersion}`, () => {
      write("b", { x: "1" });
      remove("a");
    });
    expect(told).toEqual(["ADDED b", "MODIFIED b", "DELETED a"]);
  });

  test("without a version tells what is there first", async () => {
    write("a");
    expect(await watch("", () => write("b"))).toEqual(["ADDED a", "ADDED b"]);
  });

  test("says where the first events end, and how far it came, when asked to", async () => {
    write("a");
    const query = "sendInitialEvents=true&allowWatchBookmarks=true";
    const told = await watch(`${query}&resourceVersionMatch=NotOlderThan`, () => write("b"));
    expect(told).toEqual(["ADDED a", "BOOKMARK Lease", "ADDED b", "BOOKMARK Lease"]);
  });

  test("tells of what comes into and goes out of a selection", async () => {
    write("a", { app: "shop" });
    write("b");
    const told = await watch("labelSelector=app%3Dshop", () => {
      write("b", { app: "shop" });
      write("a");
      write("a", { app: "web" });
    });
    expect(told).toEqual(["ADDED a", "ADDED b", "DELETED a"]);
    expect(await watch("fieldSelector=metadata.name%3Db")).toEqual(["ADDED b"]);
  });

  test("that starts too far back is told to list again", async () => {
    write("a");
    for (let count = 0; count < 2_500; count += 1) write("a", { count: String(count) });
    expect(await watch("resourceVersion=1")).toEqual(["ERROR Expired"]);
  });

  test("ends by itself when it was asked to", async () => {
    const lines = cluster.lines(`${PATH}?watch=true&timeoutSeconds=1`, () => undefined);
    expect(await lines).toEqual([]);
  });

  test("tells rows to who wants a Table", async () => {
    write("a");
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    const close = () => cluster.api.close();
    const [event] = await cluster.lines(`${PATH}?watch=true`, close, { accept });
    expect(event).toMatchObject({
      type: "ADDED",
      object: {
        kind: "Table",
        columnDefinitions: [{ name: "Name" }, { name: "Holder" }, { name: "Age" }],
        rows: [{ cells: ["a", "", "0s"], object: { metadata: { name: "a" } } }],
      },
    });
  });
});
