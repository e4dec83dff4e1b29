import { createInterface } from "node:readline/promises";
import type { Clock } from "../engine/ports/clock.ts";
import type { Environment } from "../runtime/config-secret.ts";

/** What a command has of the world, beside the API. */
export interface Terminal {
  readonly env: Environment;
  readonly clock: Clock;
  /** What was asked for: as it is, line breaks and all. */
  out(text: string): Promise<void>;
  /** What is said about it. */
  err(text: string): void;
  /** Asks a person. Where there is none, the answer is undefined. */
  confirm(question: string): Promise<boolean | undefined>;
}

/** The terminal, or the pipes, that this process was started with. */
export function createTerminal(clock: Clock, env: Environment): Terminal {
  // Whoever reads may stop reading, as `head` does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return {
    env,
    clock,
    out: (text) =>
      new Promise((resolve) => {
        process.stdout.write(text, () => resolve());
      }),
    err: (text) => void process.stderr.write(text),
    confirm: async (question) => {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
      } finally {
        lines.close();
      }
    },
  };
}
