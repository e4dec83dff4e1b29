import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderInstant } from "../../../src/domain/instant.ts";

test("every instant reads as Date writes it", () => {
  const any = fc.oneof(
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.date({ noInvalidDate: true }).map(Number),
    fc.constantFrom(
      -62_167_219_200_000,
      253_402_300_799_999,
      -1,
      0,
      951_782_400_000,
      -62_167_219_200_001,
      253_402_300_800_000,
      -8.64e15,
      8.64e15,
    ),
  );
  fc.assert(
    fc.property(any, (ms) => {
      expect(renderInstant(ms)).toBe(new globalThis.Date(ms).toISOString());
    }),
    { numRuns: 2000 },
  );
});

test("a part of a millisecond is cut off", () => {
  expect(renderInstant(1_795_359_600_000.9)).toBe("2026-11-22T15:00:00.000Z");
});
