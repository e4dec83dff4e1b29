import { type DrillEvidence, runDrill } from "./run-drill.ts";
import type { Swept } from "./sweep.ts";
import { whyDrillUnlisted, whyDrillWrong } from "./why-drill-wrong.ts";

export const DRILL: Swept<DrillEvidence> = {
  run: runDrill,
  whyWrong: whyDrillWrong,
  whyUnlisted: whyDrillUnlisted,
};
