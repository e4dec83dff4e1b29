import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonical } from "../../../src/domain/canonical.ts";

test.each<[string, object, string]>([
  ["sorted at every depth", { b: 1, a: { d: [], c: null } }, '{"a":{"c":null,"d":[]},"b":1}'],
  ["lists keep their order", [3, 1, [2]], "[3,1,[2]]"],
  ["undefined is no member", { a: undefined, b: [undefined] }, '{"b":[null]}'],
  // RFC 8785, 3.2.2 and 3.2.3: numbers, escapes, and names by UTF-16 code units, not code points.
  [
    "numbers",
    [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0],
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
  ],
  ["strings", ["€$\u000f\nA'B\"\\/"], '["€$\\u000f\\nA\'B\\"\\\\/"]'],
  [
    "names",
    { "€": 1, "\r": 2, \ufb33: 3, "1": 4, "😀": 5, "\u0080": 6, ö: 7 },
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  ],
])("%s", (_, value, text) => {
  expect(canonical(value)).toBe(text);
});

test("any JSON: it parses back, is a fixed point, and the order of members is nothing", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = canonical(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonical(JSON.parse(text))).toBe(text);
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonical(reversed)).toBe(text);
    }),
  );
});
