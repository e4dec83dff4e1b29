import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Json } from "../../src/domain/json.ts";
import type { Applied, Cluster, Edit, Patch, Ref } from "../../src/engine/ports/cluster.ts";
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
    const patchNow = (edits: Patch["edits"], ref = opened.ref) =>
      opened.cluster.patch({ ref, edits }, end.signal);
    const patch = (...about: Parameters<typeof patchNow>) => opened.run(() => patchNow(...about));
    const missing = () => ({ ...opened.ref, name: "missing" });
    const NOT_FOUND = { code: "GL_NOT_FOUND" };

    test("an object is read with its version, its spec and its status", async () => {
      const { metadata, spec, status } = deployment.parse(await read());
      expect(metadata.resourceVersion).not.toBe("");
      expect([spec.replicas, status.availableReplicas]).toEqual([2, 2]);
    });

    test("what is not there is said so", async () => {
      const { cluster } = opened;
      const change = { ref: missing(), edits: [add("/spec/replicas", 1)] };
      const watching = () => drain(cluster.watch(missing(), end.signal));
      const calls: readonly (() => Promise<unknown>)[] = [
        () => cluster.read(missing(), end.signal),
        () => cluster.patch(change, end.signal),
        watching,
      ];
      for (const call of calls) await expect(opened.run(call)).rejects.toMatchObject(NOT_FOUND);
    });

    test("a patch changes annotations and spec at once, where all its tests hold", async () => {
      const first = deployment.parse(await read());
      const { uid } = first.metadata;
      const tests = [check("/metadata/uid", uid), check("/metadata/annotations/a", null)];
      const edits = [
        ...tests,
        check("/spec/replicas", 2),
        add("/metadata/annotations/a", "1"),
        add("/spec/replicas", 3),
      ];
      await patch(edits);
      const second = deployment.parse(await read());
      expect(second.metadata.annotations).toEqual({ ...first.metadata.annotations, a: "1" });
      expect(second.spec.replicas).toBe(3);
      // What nobody tested may have changed.
      await patch([check("/metadata/uid", uid), add("/metadata/annotations/b~1c", "2")]);
      expect(deployment.parse(await read()).metadata.annotations).toMatchObject({ "b/c": "2" });
    });

    test.each<readonly [string, Patch["edits"]]>([
      ["of an annotation that is another", [check("/metadata/annotations/a", "2")]],
      ["of an annotation that is not there", [check("/metadata/annotations/none", "2")]],
      ["that an annotation is not there", [check("/metadata/annotations/a", null)]],
      ["of a field that is another", [check("/spec/replicas", 9)]],
      ["of another object", [check("/metadata/uid", "another")]],
      ["within what is not there", [check("/spec/none/x", null)]],
      ["that holds, beside one that does not", [check("/spec/replicas", 2), check("/spec/x", 1)]],
      ["of nothing, and there is nothing to add to", [add("/spec/none/x", 1)]],
    ])("a failed test changes nothing: %s", async (_, tests) => {
      await patch([add("/metadata/annotations/a", "1")]);
      const before = deployment.parse(await read());
      const refused = patch([...tests, add("/spec/replicas", 3)]);
      await expect(refused).rejects.toMatchObject({ code: "GL_CONFLICT" });
      const { metadata, spec } = deployment.parse(await read());
      expect([metadata.annotations, spec]).toEqual([before.metadata.annotations, before.spec]);
    });

    test("a patch replaces a selector whole", async () => {
      const ref = { ...opened.ref, apiVersion: "v1", kind: "Service" } as Ref;
      const look = () => opened.run(() => opened.cluster.read(ref, end.signal));
      const selectors = [{ app: "shop" }, { app: "shop", closed: "true" }, { app: "shop" }];
      for (const [index, selector] of selectors.entries()) {
        const seen = check("/spec/selector", selectors[Math.max(0, index - 1)] ?? null);
        await patch([seen, add("/spec/selector", selector)], ref);
        expect(service.parse(await look()).spec.selector).toEqual(selector);
      }
      const late = patch([check("/spec/selector", { app: "x" }), add("/spec/selector", {})], ref);
      await expect(late).rejects.toMatchObject({ code: "GL_CONFLICT" });
    });

    test("an apply takes the rules whole, of exactly that version, and leaves the rest", async () => {
      const { cluster } = opened;
      const ref = { ...opened.ref, ...INGRESS } as Ref;
      const look = async () => ingress.parse(await cluster.read(ref, end.signal));
      const { metadata, spec } = await opened.run(look);
      const { uid } = metadata;
      const apply = async (resourceVersion: string, annotations: Applied["annotations"]) => {
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
          const { spec, status } = deployment.parse(object);
          if (replicas.at(-1) !== spec.replicas) replicas.push(spec.replicas);
          if (spec.replicas === 4 && status.availableReplicas === 4) return replicas;
          const seen = check("/spec/replicas", spec.replicas);
          if (spec.replicas < 4)
            await patchNow([seen, add("/spec/replicas", spec.replicas + 1)]).catch(unlessConflict);
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
      const change = { ref, edits: [add("/spec/replicas", 3)] };
      const applied = { uid: "1", resourceVersion: "1", annotations: {}, spec: {} };
      const calls = () => [
        cluster.read(ref, signal),
        cluster.patch(change, signal),
        cluster.whyNotReady(signal),
        cluster.list(ref, signal),
        cluster.apply({ ...applied, ref: { ...ref, ...INGRESS } as Ref }, signal),
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

const check = (path: string, value: Json): Edit => ({ op: "test", path, value });
const add = (path: string, value: Json): Edit => ({ op: "add", path, value });

async function drain(watch: AsyncIterable<Json>): Promise<number> {
  let count = 0;
  for await (const _ of watch) count += 1;
  return count;
}

function unlessConflict(error: { readonly code?: string }): void {
  if (error.code !== "GL_CONFLICT") throw error;
}

const INGRESS = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" } as const;
