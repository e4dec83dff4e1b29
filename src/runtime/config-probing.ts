import { z } from "zod";
import { duration } from "../adapters/duration/duration.ts";
import { PRESETS, type Probing } from "../domain/preset.ts";

const time = duration.refine((ms) => ms >= 10, "must be 10ms or longer");
const count = z.int().min(1).max(100);

export const probingSchema = z
  .strictObject({
    preset: z.enum(["fast", "standard"] satisfies (keyof typeof PRESETS)[]).default("standard"),
    interval: time.optional(),
    timeout: time.optional(),
    burst: time.optional().meta({ description: "The interval after the first failure." }),
    failure: count.optional().meta({ description: "Failed answers in a row that make a failure." }),
    success: count.optional(),
  })
  .prefault({})
  .meta({ description: "A preset, and what to change of it." });

/** The preset with what the config changes of it. */
export function resolveProbing(chosen: z.output<typeof probingSchema>): Probing {
  const { intervalMs, timeoutMs, burstMs, thresholds } = PRESETS[chosen.preset];
  return {
    intervalMs: chosen.interval ?? intervalMs,
    timeoutMs: chosen.timeout ?? timeoutMs,
    burstMs: chosen.burst ?? burstMs,
    thresholds: {
      failure: chosen.failure ?? thresholds.failure,
      success: chosen.success ?? thresholds.success,
    },
  };
}
