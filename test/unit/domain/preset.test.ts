import { expect, test } from "@jest/globals";
import { freshMsOf, PRESETS, type Probing } from "../../../src/domain/preset.ts";

test.each(Object.entries<Probing>(PRESETS))("%s can work", (_, preset) => {
  expect(preset.burstMs).toBeLessThanOrEqual(preset.intervalMs);
  expect(Math.min(preset.thresholds.failure, preset.thresholds.success)).toBeGreaterThan(1);
});

test("an answer stays news while a slow target is asked again, and no longer than a stall", () => {
  expect(freshMsOf(PRESETS.fast)).toBe(1500);
  expect(freshMsOf(PRESETS.standard)).toBe(6000);
});
