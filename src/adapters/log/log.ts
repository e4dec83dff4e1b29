import { type DestinationStream, destination, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import { redacted } from "./redacted.ts";

export type Log = Logger;

export interface LogOptions {
  readonly level: "trace" | "debug" | "info" | "warn" | "error";
  readonly format: "json" | "pretty";
  /** Instead of stderr. */
  readonly to?: DestinationStream;
}

/** One record a line, secrets blanked out wherever they stand in it. */
export function createLog({ level, format, to }: LogOptions): Log {
  const raw = to ?? destination({ fd: 2, sync: true });
  const stream =
    format === "json" ? raw : pretty({ destination: raw, colorize: false, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redacted },
    },
    stream,
  );
}
