import { expect, test } from "@jest/globals";
import { z } from "zod";
import { duration } from "../../../src/adapters/duration/duration.ts";

test.each([
  ["250ms", 250],
  ["1s", 1000],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["0s", 0],
  ["99999999d", 8_639_999_913_600_000],
])("%s is %d ms", (text, ms) => {
  expect(duration.parse(text)).toBe(ms);
});

test.each(["", "1", "s", "-1s", "1.5s", "1 s", "1S", "1w", "1s ", "1s2ms", "1e3s", "123456789s"])(
  "%j is no duration",
  (text) => {
    expect(duration.safeParse(text).error?.issues[0]?.message).toMatch("as in 30s");
  },
);

test("what a config file holds is a string", () => {
  expect(duration.safeParse(5).success).toBe(false);
  expect(z.toJSONSchema(duration, { io: "input" })).toMatchObject({
    type: "string",
    pattern: expect.stringContaining("ms|s"),
  });
});
