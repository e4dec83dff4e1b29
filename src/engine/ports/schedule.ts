/**
 * Wakes somebody at the times of schedules, over restarts and in whichever process works. It knows
 * nothing of what came of them: the journal does, so that a wake-up that is lost costs a minute and
 * one that comes twice costs a refused claim.
 */
export interface Alarms {
  /**
   * From then on these ring and no others. Again with the same it changes nothing, but puts back
   * what was lost. Rejects with GL_QUEUE_AWAY when that can't be kept now.
   */
  set(alarms: readonly Alarm[]): Promise<void>;
  /**
   * Gives each ring to the handler: the alarm's name, and the time that it was set to. Several at
   * once, of two workers to one, never early, late where nobody worked. What the handler rejects
   * with is reported and forgotten.
   */
  work(handler: (name: string, at: number) => Promise<void>): Promise<AlarmWorker>;
}

export interface Alarm {
  readonly name: string;
  /** Another text: its times are others now. */
  readonly rule: string;
  /** Its first time after an instant, wall clock in ms; undefined: none comes. */
  readonly next: (after: number) => number | undefined;
}

export interface AlarmWorker {
  /** Settles when nothing of it runs any more. */
  close(): Promise<void>;
}
