import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import { MAX_TEXT_BYTES } from "../../../../src/adapters/bus/carrier.ts";
import { createTextSeal } from "../../../../src/adapters/bus/sealed-text.ts";

const KEY = "k".repeat(16);
const seal = createTextSeal([KEY]);

test.each(["", '{"a":1}', "ü\u2028\u0000", "x".repeat(8_000)])(
  "who has the key reads the same text again",
  (text) => {
    expect(createTextSeal([KEY]).open(seal.seal(text) ?? "")).toEqual({ text });
  },
);

test("nobody else has sealed it, and nobody has changed it", () => {
  const sealed = seal.seal("blue is well") ?? "";
  const doesNotFit = { whyForged: "its seal does not fit" };
  expect(createTextSeal([`${KEY}k`]).open(sealed)).toEqual(doesNotFit);
  expect(seal.open(sealed.replace("well", "gone"))).toEqual(doesNotFit);
  // The same key may be another part's: a seal is good for a signal only.
  const mac = createHmac("sha256", KEY).update("blue is well").digest("hex");
  expect(seal.open(JSON.stringify({ mac, text: "blue is well" }))).toEqual(doesNotFit);
  const { mac: right } = JSON.parse(sealed);
  for (const bad of [right.slice(1), right.toUpperCase(), "", 7, `${right}00`])
    expect(seal.open(JSON.stringify({ mac: bad, text: "blue is well" }))).toHaveProperty(
      "whyForged",
    );
});

test("while a key is changed both open, and the first one seals", () => {
  const next = "n".repeat(16);
  const [both, young] = [createTextSeal([next, KEY]), createTextSeal([next])];
  expect(both.open(seal.seal("old") ?? "")).toEqual({ text: "old" });
  expect(young.open(both.seal("new") ?? "")).toEqual({ text: "new" });
  expect(seal.open(both.seal("new") ?? "")).toHaveProperty("whyForged");
});

test("what is too large is not sealed, and not opened", () => {
  expect(seal.seal("x".repeat(MAX_TEXT_BYTES))).toBeUndefined();
  const sealed = seal.seal("x") ?? "";
  expect(seal.open(`${sealed}${" ".repeat(MAX_TEXT_BYTES)}`)).toHaveProperty("whyForged");
});

test("a key that is no secret is refused", () => {
  expect(() => createTextSeal([KEY, KEY.slice(1)])).toThrow("less than 16 bytes");
});
