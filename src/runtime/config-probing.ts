import { z } from "zod";
import { duration } from "../adapters/duration/duration.ts";

/** How often and how patiently an application is asked, and how many answers make a state. */
export interface Probing {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Between two questions after the first failure; they may overlap. */
  readonly burstMs: number;
  /** Answers in a row. */
  readonly failure: number;
  readonly success: number;
}

const time = duration.refine((ms) => ms >= 10, "must be 10ms or longer");
const count = z.int().min(1).max(100);

export const probingSchema = z
  .strictObject({
    preset: z.enum(["fast", "standard"]).default("standard"),
    interval: time.optional(),
    timeout: time.optional(),
    burst: time.optional().meta({ description: "The interval after the first failure." }),
    failure: count.optional().meta({ description: "Failed answers in a row that make a failure." }),
    success: count.optional(),
  })
  .prefault({})
  .meta({ description: "A preset, and what to change of it." });

const PRESETS: Readonly<Record<"fast" | "standard", Probing>> = {
  fast: { intervalMs: 250, timeoutMs: 250, burstMs: 100, failure: 3, success: 2 },
  standard: { intervalMs: 1000, timeoutMs: 1000, burstMs: 250, failure: 3, success: 2 },
};

/** The preset with what the config changes of it. */
export function resolveProbing(chosen: z.output<typeof probingSchema>): Probing {
  const preset = PRESETS[chosen.preset];
  return {
    intervalMs: chosen.interval ?? preset.intervalMs,
    timeoutMs: chosen.timeout ?? preset.timeoutMs,
    burstMs: chosen.burst ?? preset.burstMs,
    failure: chosen.failure ?? preset.failure,
    success: chosen.success ?? preset.success,
  };
}
