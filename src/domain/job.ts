import type { StepId } from "./plan.ts";

/** One attempt of a step or of its undo: all that a queue carries. */
export interface Job {
  readonly operation: string;
  readonly step: StepId;
  readonly leg: "step" | "undo";
  /** Counts from 1, for each leg. */
  readonly attempt: number;
  readonly epoch: number;
}

/** Unique for (operation, step, leg, attempt). Dashes only: the queue refuses some ids with colons. */
export function jobIdOf({ operation, step, leg, attempt }: Job): string {
  return `${operation}-${leg === "undo" ? "undo." : ""}${step}-${attempt}`;
}
