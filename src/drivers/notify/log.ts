import { z } from "zod";
import type { Message, Notifier } from "../../engine/ports/notifier.ts";
import type { NotifyTools } from "./notify.ts";

export const schema = z.strictObject({ notifier: z.literal("log") });

/** One line in the log of the process. */
export function create({ log }: Pick<NotifyTools, "log">): Notifier {
  return {
    name: "log",
    send: async ({ text, title, severity, ...fields }, signal) => {
      signal.throwIfAborted();
      log[LEVELS[severity]]({ ...fields, severity, text }, title);
    },
  };
}

const LEVELS = { info: "info", warning: "warn", page: "error" } as const satisfies Record<
  Message["severity"],
  string
>;
