import type { Clock } from "../../engine/ports/clock.ts";

/** Where lines for the log go; a pino logger is one. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** What every notifier may use. */
export interface NotifyTools {
  readonly clock: Clock;
  readonly log: Log;
  /** What the config's `secretRef` stands for; absent where it names none. */
  readonly secret?: string | undefined;
}
