import type { Thresholds } from "./health.ts";

/** How a source is asked, and how many answers in a row it takes. */
export interface Probing {
  readonly intervalMs: number;
  /** A later answer is `timeout`. */
  readonly timeoutMs: number;
  /** Between overlapping questions, from the first failure on. */
  readonly burstMs: number;
  readonly thresholds: Thresholds;
}

export const PRESETS = {
  fast: {
    intervalMs: 250,
    timeoutMs: 250,
    burstMs: 100,
    thresholds: { failure: 3, success: 2 },
  },
  standard: {
    intervalMs: 1000,
    timeoutMs: 1000,
    burstMs: 250,
    thresholds: { failure: 3, success: 3 },
  },
} as const satisfies Readonly<Record<string, Probing>>;

/** Rounds of asking that a source may miss before its last answer is no news. */
const FRESH_ROUNDS = 3;

/** The age of a question, by the time of its asking, up to which its answer counts. */
export function freshMsOf({ intervalMs, timeoutMs }: Probing): number {
  return FRESH_ROUNDS * (intervalMs + timeoutMs);
}
