import { type ChildProcess, spawn } from "node:child_process";
import { environment } from "../../src/runtime/environment.ts";
import { eventually } from "../fakes/until.ts";

/** The built binary, as users have it. */
const MAIN = "dist/bin/main.js";

/** One process of ours; all that it said is kept. */
export class Child {
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | string>;
  out = "";
  err = "";

  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    program: string = MAIN,
  ) {
    this.#process = spawn(process.execPath, [program, ...args], {
      env: { ...environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process.stdout?.on("data", (chunk) => {
      this.out += chunk;
    });
    this.#process.stderr?.on("data", (chunk) => {
      this.err += chunk;
    });
    this.#exited = new Promise((resolve) => {
      this.#process.once("close", (code, signal) => resolve(code ?? signal ?? "?"));
    });
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Its exit status, or the signal that ended it; rejects when it is still there after that. */
  async exited({ withinMs }: { readonly withinMs: number }): Promise<number | string> {
    await eventually(() => !this.isRunning, { withinMs });
    return await this.#exited;
  }

  /** Ends it, whatever it does. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited({ withinMs: 5_000 });
  }
}

/** A command of ours, to its end. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | string; readonly out: string; readonly err: string }> {
  const child = new Child(args, env);
  const status = await child.exited({ withinMs: 20_000 });
  return { status, out: child.out, err: child.err };
}
