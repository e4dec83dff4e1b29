import { expect, test } from "@jest/globals";
import { parseRfc3339, rfc3339 } from "../../../../src/adapters/clock/rfc3339.ts";
import { ageOf } from "../../../../src/sandbox/kubernetes/age.ts";

const BORN = "2026-01-01T00:00:00Z";

test.each([
  [-5, "0s"],
  [119, "119s"],
  [120, "2m"],
  [200, "3m20s"],
  [3 * 3600 - 1, "179m"],
  [3 * 3600, "3h"],
  [4 * 3600 + 1800, "4h30m"],
  [47 * 3600, "47h"],
  [5 * 86_400, "5d"],
])("%i s -> %s", (seconds, expected) => {
  expect(ageOf(BORN, parseRfc3339(BORN) + seconds * 1000)).toBe(expected);
});

test("is unknown for what is no time", () => {
  expect(ageOf("", 0)).toBe("<unknown>");
  expect(rfc3339(parseRfc3339(BORN))).toBe(BORN);
});
