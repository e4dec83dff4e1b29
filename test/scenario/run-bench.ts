import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../dist/test/bench/main.js");

export interface Benched {
  /** 3: beyond its bounds. */
  readonly code: number | null;
  readonly said: string;
  /** Its last line, as JSON. */
  readonly figures: unknown;
}

/** A benchmark as people run it, which ends with this process. */
export async function runBench(...args: readonly string[]): Promise<Benched> {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args, "--json"], {
    stdio: [...stdio],
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  process.removeListener("exit", end);
  const last = said.trimEnd().split("\n").at(-1) ?? "";
  return { code, said, figures: code === 0 ? JSON.parse(last) : undefined };
}
