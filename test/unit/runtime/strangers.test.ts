import { expect, test } from "@jest/globals";
import { createStrangers } from "../../../src/runtime/strangers.ts";

test("each reason is told once, and not of as many as somebody makes up", () => {
  const told: unknown[] = [];
  const tell = createStrangers({ warn: (of: unknown) => told.push(of) });
  for (let i = 0; i < 3; i += 1) tell("there is no vantage mars");
  expect(told).toEqual([{ why: "there is no vantage mars" }]);
  for (let i = 0; i < 1_000; i += 1) tell(`there is no vantage mars-${i}`);
  expect(told).toHaveLength(100);
});
