import { describe, expect, test } from "@jest/globals";
import {
  applyMergePatch,
  applyStrategicPatch,
} from "../../../../src/sandbox/kubernetes/merge-patch.ts";

describe("a merge patch", () => {
  test("merges records, replaces lists, and takes away by null", () => {
    const target = { a: { b: 1, c: 2 }, list: [1, 2], gone: 1 };
    const patch = { a: { c: 3, d: { e: null, f: 1 } }, list: [9], gone: null, none: null };
    expect(applyMergePatch(target, patch)).toEqual({ a: { b: 1, c: 3, d: { f: 1 } }, list: [9] });
  });
});

describe("a strategic patch", () => {
  const pod = { containers: [{ name: "shop", image: "x:1", ports: [{ containerPort: 80 }] }] };

  test("merges a container by its name", () => {
    const patch = {
      "$setElementOrder/containers": [{ name: "shop" }],
      containers: [{ name: "shop", image: "x:2" }, { name: "side" }],
    };
    expect(applyStrategicPatch(pod, patch)).toEqual({
      containers: [
        { name: "shop", image: "x:2", ports: [{ containerPort: 80 }] },
        { name: "side" },
      ],
    });
  });

  test("takes away by $patch: delete", () => {
    const patch = {
      containers: [
        { name: "shop", $patch: "delete" },
        { name: "none", $patch: "delete" },
      ],
    };
    expect(applyStrategicPatch(pod, patch)).toEqual({ containers: [] });
  });

  test("replaces by $patch: replace", () => {
    const list = { containers: [{ $patch: "replace" }, { name: "other" }] };
    expect(applyStrategicPatch(pod, list)).toEqual({ containers: [{ name: "other" }] });
    const record = { spec: { $patch: "replace", b: 1 } };
    expect(applyStrategicPatch({ spec: { a: 1 } }, record)).toEqual({ spec: { b: 1 } });
  });

  test("is a merge patch for anything else", () => {
    const target = { spec: { replicas: 3, paused: true }, args: ["a"] };
    const patch = { spec: { replicas: 0, paused: null }, args: ["b"] };
    expect(applyStrategicPatch(target, patch)).toEqual({ spec: { replicas: 0 }, args: ["b"] });
  });
});
