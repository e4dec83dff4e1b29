import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { mainFile } from "../../runtime/package-root.ts";

/** Another process of this program. It ends with this one, unless that is ended by SIGKILL. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #log: string;
  readonly #exited: Promise<void>;

  /** What it says goes to the end of the log, a file. */
  constructor(args: readonly [string, ...string[]], log: string) {
    const file = openSync(log, "a");
    this.#process = spawn(process.execPath, [mainFile(), ...args], {
      stdio: ["ignore", file, file],
    });
    closeSync(file);
    this.#name = args[0];
    this.#log = log;
    const killIt = () => this.#process.kill("SIGKILL");
    process.once("exit", killIt);
    this.#exited = once(this.#process, "exit").then(() => {
      process.removeListener("exit", killIt);
    });
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Throws GL_UNREACHABLE with the end of its log when it has ended. */
  assertRunning(): void {
    if (this.isRunning) return;
    const said = readFileSync(this.#log, "utf8").trimEnd().split("\n").slice(-LAST_LINES);
    const detail = `greenlight ${this.#name} has ended (${this.#log})\n${said.join("\n")}`;
    throw new GreenlightError("GL_UNREACHABLE", detail);
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#process.kill(name);
  }

  /** At once, and waits until it is gone. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.#process.kill("SIGKILL");
    await this.#exited;
  }

  /** Lets it put things down, but not for ever. */
  async stop(clock: SystemClock): Promise<void> {
    if (!this.isRunning) return;
    const gone = new AbortController();
    const exited = this.#exited.then(() => gone.abort());
    this.#process.kill("SIGTERM");
    await clock.sleep(PATIENCE_MS, gone.signal).catch(() => undefined);
    await this.kill();
    await exited;
  }
}

const LAST_LINES = 12;
const PATIENCE_MS = 3_000;
