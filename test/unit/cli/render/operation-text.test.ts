import { expect, test } from "@jest/globals";
import { renderOperations } from "../../../../src/cli/render/operation-text.ts";
import type { OperationSummary } from "../../../../src/runtime/control.ts";
import { tooWide } from "../../../fakes/fake-terminal.ts";

test.each([
  ["switchover", "awaiting-approval"],
  ["an-evacuation-of-our-own", "awaiting-approval"],
  ["quarantine", "succeeded"],
] as const)("a %s that is %s has one line of 80 columns", (kind, state) => {
  const operation = {
    id: "op-0123456789abcdefghij",
    application: "shop",
    kind,
    state,
    openedAt: 1_767_225_600_000,
  } as unknown as OperationSummary;
  const lines = renderOperations([operation]).trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^ID +KIND +OPENED +STATE +APPLICATION$/);
  expect(lines[1]).toMatch(/^op-0123456789abcdefghij {2}.* shop$/);
  expect(tooWide(lines.join("\n"))).toEqual([]);
});
