import { createInterface } from "node:readline/promises";
import type { Clock } from "../engine/ports/clock.ts";
import type { Environment } from "../runtime/config-secret.ts";

/** What a command has of the world, beside the API. */
export interface Terminal {
  readonly env: Environment;
  readonly clock: Clock;
  /** What was asked for: as it is, line breaks and all. */
  out(text: string): Promise<void>;
  /** As `out`, in the place of what was drawn last, where this is a screen. */
  redraw(text: string): Promise<void>;
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
  const out = (text: string) =>
    new Promise<void>((resolve) => {
      process.stdout.write(text, () => resolve());
    });
  let drawn = "";
  return {
    env,
    clock,
    out,
    redraw: async (text) => {
      if (text === drawn) return;
      const { isTTY, rows } = process.stdout;
      await out(`${isTTY ? eraseOf(drawn, rows) : drawn && "\n"}${text}`);
      drawn = text;
    },
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

/** Back to the first line of what was drawn, as far as it is still on the screen, and all below it gone. */
function eraseOf(drawn: string, rows: number): string {
  const lines = Math.min(drawn.split("\n").length - 1, Math.max(rows - 1, 0));
  return lines === 0 ? "" : `\u001b[${lines}F\u001b[J`;
}
