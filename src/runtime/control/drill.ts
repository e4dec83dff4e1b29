import type { Due } from "../../domain/schedule.ts";
import type { ScheduleOutcome } from "../../domain/schedule-book.ts";
import type { OperationState } from "../operation-detail.ts";
import type { Accepted } from "./opening.ts";

/** Rehearsals by the calendar. */
export interface Drills {
  /** In the config's order, each with so many of its next times. */
  readonly drills: (count: number) => Promise<readonly DrillStatus[]>;
  /**
   * Opens it now, whatever its calendar says. Rejects like `open`, and with GL_UNKNOWN where none is
   * called so.
   */
  readonly runDrill: (name: string, request: RunRequest) => Promise<Accepted>;
}

export interface RunRequest {
  /** The owner of the token. */
  readonly by: string;
  /** Absent: that it was asked for. */
  readonly reason?: string;
  readonly idempotencyKey: string;
}

export interface DrillStatus {
  readonly name: string;
  readonly application: string;
  readonly kind: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly jitterMs: number;
  /** Such as `sat, sun 22:00 to 06:00`. */
  readonly blocked: readonly string[];
  /** With why none will begin then, where that is known already. */
  readonly next: readonly (Due & { readonly whyNot?: string })[];
  /** What came of its last times, the newest first. */
  readonly last: readonly DrillOutcome[];
}

export interface DrillOutcome extends ScheduleOutcome {
  /** Of the operation, where one was opened. */
  readonly state?: OperationState;
}
