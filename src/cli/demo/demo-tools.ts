import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import type { Screen } from "./screen.ts";

export interface DemoTools {
  readonly clock: SystemClock;
  readonly screen: Screen;
  /** Aborts when the demo is to end early. */
  readonly signal: AbortSignal;
}
