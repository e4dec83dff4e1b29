import { expect, test } from "@jest/globals";
import { fieldSelector, labelSelector } from "../../../../src/sandbox/kubernetes/selector.ts";

const OBJECT = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "shop-1",
    uid: "",
    resourceVersion: "1",
    creationTimestamp: "",
    labels: { app: "shop" },
  },
  status: { phase: "Running" },
};

test.each([
  ["", true],
  ["app=shop", true],
  ["app==shop", true],
  ["app!=shop", false],
  ["app=web", false],
  ["app", true],
  ["!app", false],
  ["!tier", true],
  ["app=shop,tier=web", false],
  ["tier!=web", true],
])("labels: %s -> %s", (text, expected) => {
  expect(labelSelector(text)(OBJECT)).toBe(expected);
});

test.each([
  ["", true],
  ["metadata.name=shop-1", true],
  ["metadata.name=shop", false],
  ["status.phase!=Failed,status.phase!=Succeeded", true],
  ["spec.nodeName=", true],
])("fields: %s -> %s", (text, expected) => {
  expect(fieldSelector(text)(OBJECT)).toBe(expected);
});

test("refuses what it does not know", () => {
  expect(() => labelSelector("app in (shop)")).toThrow("unable to parse");
});
