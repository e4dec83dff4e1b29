import { expect, test } from "@jest/globals";
import type { Json } from "../../../../src/domain/json.ts";
import { applyJsonPatch } from "../../../../src/sandbox/kubernetes/json-patch.ts";

const DOCUMENT = { a: { "b/c": 1, "d~e": 2 }, list: [1, 2, 3] };

test.each<readonly [string, Json, Json]>([
  ["add", [{ op: "add", path: "/x", value: 1 }], { ...DOCUMENT, x: 1 }],
  [
    "escapes",
    [{ op: "replace", path: "/a/b~1c", value: 9 }],
    { ...DOCUMENT, a: { "b/c": 9, "d~e": 2 } },
  ],
  ["tildes", [{ op: "remove", path: "/a/d~0e" }], { ...DOCUMENT, a: { "b/c": 1 } }],
  ["into a list", [{ op: "add", path: "/list/1", value: 9 }], { ...DOCUMENT, list: [1, 9, 2, 3] }],
  ["at its end", [{ op: "add", path: "/list/-", value: 9 }], { ...DOCUMENT, list: [1, 2, 3, 9] }],
  ["out of a list", [{ op: "remove", path: "/list/0" }], { ...DOCUMENT, list: [2, 3] }],
  ["in a list", [{ op: "replace", path: "/list/2", value: 9 }], { ...DOCUMENT, list: [1, 2, 9] }],
  [
    "move",
    [{ op: "move", from: "/list", path: "/a/list" }],
    { a: { ...DOCUMENT.a, list: [1, 2, 3] } },
  ],
  ["copy", [{ op: "copy", from: "/list/0", path: "/x" }], { ...DOCUMENT, x: 1 }],
  ["test", [{ op: "test", path: "/list", value: [1, 2, 3] }], DOCUMENT],
  ["the whole", [{ op: "replace", path: "", value: { b: 1 } }], { b: 1 }],
  ["nothing", [], DOCUMENT],
])("applies: %s", (_, patch, expected) => {
  expect(applyJsonPatch(DOCUMENT, patch)).toEqual(expected);
});

test.each<readonly [string, Json]>([
  ["a failed test", [{ op: "test", path: "/list/0", value: 2 }]],
  ["a test of what is not there", [{ op: "test", path: "/none/x", value: 2 }]],
  ["replacing what is not there", [{ op: "replace", path: "/none", value: 2 }]],
  ["removing what is not there", [{ op: "remove", path: "/none" }]],
  ["a parent that is not there", [{ op: "add", path: "/none/x", value: 1 }]],
  ["a place beyond the list", [{ op: "add", path: "/list/4", value: 1 }]],
  ["a place that is no number", [{ op: "add", path: "/list/x", value: 1 }]],
  ["into a number", [{ op: "add", path: "/list/0/x", value: 1 }]],
  ["a path that is no pointer", [{ op: "add", path: "x", value: 1 }]],
  ["an unknown operation", [{ op: "toggle", path: "/a" }]],
])("refuses with 422: %s", (_, patch) => {
  const refusal = expect.objectContaining({ status: expect.objectContaining({ code: 422 }) });
  expect(() => applyJsonPatch(DOCUMENT, patch)).toThrow(refusal as never);
});
