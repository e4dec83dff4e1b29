import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { run } from "../../src/cli/run.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the person says; without it, nobody is there. */
  readonly answer?: boolean;
}

/** Runs a command as the bin does, in this process. */
export async function runCommand(
  args: readonly string[],
  { env = {}, answer }: RunOptions = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const terminal: Terminal = {
    env,
    clock: new SystemClock(),
    out: async (text) => {
      out += text;
    },
    redraw: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    confirm: async () => answer,
  };
  const status = await run(args, terminal);
  return { status, out, err };
}

/** The lines that a terminal of 80 columns would break. */
export function tooWide(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.length > 80);
}
