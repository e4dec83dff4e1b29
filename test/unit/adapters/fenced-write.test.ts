import { beforeEach, describe, expect, test } from "@jest/globals";
import { writeFenced } from "../../../src/adapters/kubernetes/fenced-write.ts";
import { createKubernetes } from "../../../src/adapters/kubernetes/kubernetes.ts";
import type { JsonObject } from "../../../src/domain/json.ts";
import type { Ref } from "../../../src/engine/ports/cluster.ts";
import { SERVICES } from "../../../src/sandbox/kubernetes/resource.ts";
import { openKubernetesServer } from "../../fakes/kubernetes-server.ts";
import { MemoryCluster } from "../../fakes/memory-cluster.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const { signal } = new AbortController();
const SHOP: Ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "default", name: "shop" };
const AUTHORITY = { epoch: 5, sequence: 2, signal };
const PAIR = { "greenlight.dev/epoch": "5", "greenlight.dev/sequence": "2" };

describe("between the reading and the writing of a Deployment", () => {
  let clock: VirtualClock;
  let cluster: MemoryCluster;
  beforeEach(() => {
    clock = new VirtualClock();
    cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
    cluster.add(SHOP, 3);
  });

  /** Scales it to zero while somebody comes between, once: each call that it took. */
  async function scaledWhile(meddle: () => void, spec: JsonObject = { replicas: 0 }) {
    const calls: string[] = [];
    cluster.onCall = async (verb) => {
      if (verb === "write" && !calls.includes("write")) meddle();
      calls.push(verb);
    };
    await clock.run(() => writeFenced(cluster, { ref: SHOP, wanted: () => spec }, AUTHORITY));
    return calls;
  }

  test("a word of somebody else on what is none of ours costs no second round", async () => {
    const calls = await scaledWhile(() => cluster.annotate(SHOP, { revision: "2" }));
    expect(calls).toEqual(["read", "write"]);
    expect(cluster.look(SHOP)).toMatchObject({ replicas: 0, annotations: PAIR });
    expect(cluster.annotationsOf(SHOP)).toMatchObject({ revision: "2" });
  });

  test("another number of replicas is seen by reading again", async () => {
    const calls = await scaledWhile(() => cluster.respecify(SHOP, { replicas: 4 }));
    expect(calls).toEqual(["read", "write", "read", "write"]);
    expect(cluster.look(SHOP)).toMatchObject({ replicas: 0, annotations: PAIR });
  });

  test("the pair is raised only on what was found right", async () => {
    const calls = await scaledWhile(() => cluster.respecify(SHOP, { replicas: 4 }), {
      replicas: 3,
    });
    expect(calls).toEqual(["read", "write", "read", "write"]);
    expect(cluster.look(SHOP)).toMatchObject({ replicas: 3, annotations: PAIR });
  });

  test("a newer pair refuses it", async () => {
    const newer = { "greenlight.dev/epoch": "6", "greenlight.dev/sequence": "0" };
    const late = scaledWhile(() => cluster.annotate(SHOP, newer));
    await expect(late).rejects.toMatchObject({ code: "GL_EPOCH_STALE" });
    expect(cluster.look(SHOP)).toMatchObject({ replicas: 3, annotations: newer });
  });
});

test("an object without any annotation gets the pair as its first", async () => {
  const server = await openKubernetesServer();
  const kubernetes = createKubernetes(server.access, { clock: server.clock });
  try {
    const { world } = server.api;
    const metadata = { name: "bare", namespace: "default" };
    const made = world.create(SERVICES, { metadata, spec: { selector: { app: "shop" } } });
    expect(made.metadata).not.toHaveProperty("annotations");
    const ref: Ref = { apiVersion: "v1", kind: "Service", namespace: "default", name: "bare" };
    const selector = { app: "shop", closed: "true" };
    const wanted = () => ({ selector });
    await writeFenced(kubernetes.cluster, { ref, wanted }, AUTHORITY);
    expect(world.find(SERVICES, "default", "bare")).toMatchObject({
      metadata: { annotations: PAIR },
      spec: { selector },
    });
  } finally {
    await kubernetes.close();
    await server.close();
  }
});
