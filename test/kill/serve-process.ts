import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/runtime/package-root.ts";

/** `greenlight serve` as users have it: built, and a process of its own. */
export class ServeProcess {
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly #exited: Promise<unknown>;

  constructor(config: string, log: string) {
    const main = join(packageRoot(), "dist", "bin", "main.js");
    const file = openSync(log, "a");
    this.#process = spawn(process.execPath, [...FLAGS, main, "serve", config], {
      stdio: ["ignore", file, file],
    });
    closeSync(file);
    this.#log = log;
    this.#exited = once(this.#process, "exit");
  }

  /** Throws what it said when it has ended. */
  assertRunning(): void {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) return;
    throw new Error(`serve has ended (${exitCode ?? signalCode}): ${this.said()}`);
  }

  /** The end of its log. */
  said(): string {
    return readFileSync(this.#log, "utf8").slice(-3_000);
  }

  /** Settles when it is gone. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.#process.kill(signal);
    await this.#exited;
  }
}

/** It lives for seconds: compiling its database a second time, for speed, costs more than it brings. */
const FLAGS = ["--liftoff-only"];
