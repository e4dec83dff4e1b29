import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import type { Cluster, Patch, Ref } from "../../src/engine/ports/cluster.ts";
import { INGRESS_SPEC, RULES } from "../fakes/ingress.ts";
import { autoscalers, deployment, ingress, service } from "./object-schema.ts";

export interface Subject {
  readonly name: string;
  /**
   * A cluster for each test with one Deployment of two replicas, all available, and beside it, of
   * the same name, a Service that selects `app: shop`, and an Ingress as `ingressOf` has it.
   */
  open(): Promise<Opened>;
}

export interface Opened {
  readonly cluster: Cluster;
  readonly ref: Ref;
  /** Adds an autoscaler of that name, of the Deployment. */
  addAutoscaler(name: string, bounds: { minReplicas: number; maxReplicas: number }): Promise<void>;
  /** Runs the task; a virtual clock moves meanwhile. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** From now on no call is answered. Resolves at the first. */
  hang(): Promise<void>;
  close(): Promise<void>;
}

/** What every cluster owes drivers and probes. */
export function describeCluster(subject: Subject): void {
  describe(`${subject.name} conforms`, () => {
    let opened: Opened;
    let end: AbortController;
    beforeEach(async () => {
      end = new AbortController();
      opened = await subject.open();
    });
    afterEach(async () => {
      end.abort(new Error("the test is over"));
      await opened.close();
    });

    const read = () => opened.run(() => opened.cluster.read(opened.ref, end.signal));
    const patchNow = (patch: Omit<Patch, "ref">) =>
      opened.cluster.patch({ ref: opened.ref, ...patch }, end.signal);
    const patch = (change: Omit<Patch, "ref">) => opened.run(() => patchNow(change));
    const missing = () => ({ ...opened.ref, name: "missing" });
    const NOT_FOUND = { code: "GL_NOT_FOUND" };

    test("an object is read with its version, its spec and its status", async () => {
      const { metadata, spec, status } = deployment.parse(await read());
      expect(metadata.resourceVersion).not.toBe("");
      expect([spec.replicas, status.availableReplicas]).toEqual([2, 2]);
    });

    test("what is not there is said so", async () => {
      const { cluster } = opened;
      const change = { ref: missing(), resourceVersion: "1", annotations: {}, spec: {} };
      const watching = () => drain(cluster.watch(missing(), end.signal));
      const calls: readonly (() => Promise<unknown>)[] = [
        () => cluster.read(missing(), end.signal),
        () => cluster.patch(change, end.signal),
        watching,
      ];
      for (const call of calls) await expect(opened.run(call)).rejects.toMatchObject(NOT_FOUND);
    });

    test("a patch merges annotations and spec at once", async () => {
      const first = deployment.parse(await read());
      const { resourceVersion } = first.metadata;
      await patch({ resourceVersion, annotations: { a: "1" }, spec: { replicas: 3 } });
      const second = deployment.parse(await read());
      expect(second.metadata.annotations).toEqual({ ...first.metadata.annotations, a: "1" });
      expect(second.spec.replicas).toBe(3);
      const next = { resourceVersion: second.metadata.resourceVersion, annotations: { b: "2" } };
      await expect(patch({ ...next, resourceVersion, spec: {} })).rejects.toMatchObject({
        code: "GL_CONFLICT",
      });
      expect(deployment.parse(await read()).metadata.annotations).not.toHaveProperty("b");
    });

    test("null in a patch takes a key away, and leaves its neighbours", async () => {
      const { cluster } = opened;
      const ref = { ...opened.ref, apiVersion: "v1", kind: "Service" } as Ref;
      const change = async (selector: JsonObject) => {
        const { metadata } = service.parse(await cluster.read(ref, end.signal));
        const { resourceVersion } = metadata;
        await cluster.patch(
          { ref, resourceVersion, annotations: {}, spec: { selector } },
          end.signal,
        );
        return service.parse(await cluster.read(ref, end.signal)).spec.selector;
      };
      expect(await opened.run(() => change({ closed: "true" }))).toEqual({
        app: "shop",
        closed: "true",
      });
      expect(await opened.run(() => change({ closed: null }))).toEqual({ app: "shop" });
    });

    test("an apply takes the rules whole, of exactly that version, and leaves the rest", async () => {
      const { cluster } = opened;
      const ref = { ...opened.ref, ...INGRESS } as Ref;
      const look = async () => ingress.parse(await cluster.read(ref, end.signal));
      const { metadata, spec } = await opened.run(look);
      const { uid } = metadata;
      const apply = async (resourceVersion: string, annotations: Patch["annotations"]) => {
        const spec = { rules: RULES.slice(0, annotations["a"] === "1" ? 1 : 2) };
        const change = { ref, uid, resourceVersion, annotations, spec };
        await opened.run(() => cluster.apply(change, end.signal));
        return await opened.run(look);
      };
      expect(spec).toEqual(INGRESS_SPEC);
      const first = await apply(metadata.resourceVersion, { a: "1" });
      expect(first.spec).toEqual({ ...INGRESS_SPEC, rules: RULES.slice(0, 1) });
      expect(first.metadata.annotations).toEqual({ ...metadata.annotations, a: "1" });
      await expect(apply(metadata.resourceVersion, { a: "2" })).rejects.toMatchObject({
        code: "GL_CONFLICT",
      });
      const second = await apply(first.metadata.resourceVersion, { a: "3" });
      expect(second.spec).toEqual(spec);
      expect(second.metadata.annotations).toEqual({ ...metadata.annotations, a: "3" });
    });

    test("an apply makes nothing anew that is gone", async () => {
      const { cluster } = opened;
      const ref = { ...missing(), ...INGRESS } as Ref;
      const spec = { rules: RULES };
      const change = { ref, uid: "gone", resourceVersion: "1", annotations: {}, spec };
      const applied = () => cluster.apply(change, end.signal);
      await expect(opened.run(applied)).rejects.toMatchObject({ code: "GL_CONFLICT" });
      await expect(opened.run(() => cluster.read(ref, end.signal))).rejects.toMatchObject(
        NOT_FOUND,
      );
    });

    test("a list has all of a kind by name, as a read has them", async () => {
      const { cluster, ref } = opened;
      const kind = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" } as const;
      const { namespace } = ref;
      const list = () => opened.run(() => cluster.list({ ...kind, namespace }, end.signal));
      expect(await list()).toEqual([]);
      await opened.addAutoscaler("second", { minReplicas: 1, maxReplicas: 2 });
      await opened.addAutoscaler("first", { minReplicas: 2, maxReplicas: 9 });
      const found = autoscalers.parse(await list());
      expect(found.map(({ metadata: { name }, spec }) => [name, spec])).toMatchObject([
        ["first", { minReplicas: 2, maxReplicas: 9 }],
        ["second", { minReplicas: 1, maxReplicas: 2 }],
      ]);
      const first = { ...kind, namespace, name: "first" };
      expect(await opened.run(() => cluster.read(first, end.signal))).toMatchObject(found[0] ?? {});
      expect(
        await opened.run(() => cluster.list({ ...kind, namespace: "other" }, end.signal)),
      ).toEqual([]);
    });

    test("a watch shows the object at first, and after each change", async () => {
      const seen = await opened.run(async () => {
        const replicas: number[] = [];
        for await (const object of opened.cluster.watch(opened.ref, end.signal)) {
          const { metadata, spec, status } = deployment.parse(object);
          if (replicas.at(-1) !== spec.replicas) replicas.push(spec.replicas);
          if (spec.replicas === 4 && status.availableReplicas === 4) return replicas;
          const { resourceVersion } = metadata;
          if (spec.replicas < 4)
            await patchNow({
              resourceVersion,
              annotations: {},
              spec: { replicas: spec.replicas + 1 },
            }).catch(unlessConflict);
        }
        return replicas;
      });
      expect(seen).toEqual([2, 3, 4]);
    });

    test("a watch ends with its signal", async () => {
      const stop = new AbortController();
      const watching = async () => {
        const objects: Json[] = [];
        for await (const object of opened.cluster.watch(opened.ref, stop.signal)) {
          objects.push(object);
          stop.abort(new Error("enough"));
        }
        return objects;
      };
      expect(await opened.run(watching)).toHaveLength(1);
      expect(await opened.run(watching)).toHaveLength(0);
    });

    test("it is ready", async () => {
      const { cluster } = opened;
      expect(await opened.run(() => cluster.whyNotReady(end.signal))).toBeUndefined();
    });

    test("calls without an answer end with their signal", async () => {
      const { cluster, ref } = opened;
      const stop = new AbortController();
      const { signal } = stop;
      const change = { ref, resourceVersion: "1", annotations: {}, spec: {} };
      const calls = () => [
        cluster.read(ref, signal),
        cluster.patch(change, signal),
        cluster.whyNotReady(signal),
        cluster.list(ref, signal),
        cluster.apply({ ...change, uid: "1", ref: { ...ref, ...INGRESS } as Ref }, signal),
      ];
      const hung = opened.hang().then(() => stop.abort(new Error("stopped")));
      const results = await opened.run(() => Promise.allSettled([...calls(), hung]));
      const stopped = {
        status: "rejected",
        reason: expect.objectContaining({ message: "stopped" }),
      };
      expect(results.slice(0, -1)).toEqual(Array.from({ length: 5 }, () => stopped));
      expect(await opened.run(() => drain(cluster.watch(ref, signal)))).toBe(0);
    });
  });
}

async function drain(watch: AsyncIterable<Json>): Promise<number> {
  let count = 0;
  for await (const _ of watch) count += 1;
  return count;
}

function unlessConflict(error: { readonly code?: string }): void {
  if (error.code !== "GL_CONFLICT") throw error;
}

const INGRESS = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" } as const;
