import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A server's process, which can be killed and started again as it was. */
export class Restartable {
  readonly #binary: string;
  readonly #args: readonly string[];
  readonly #user: { readonly uid?: number; readonly gid?: number };
  #process: ChildProcess | undefined;
  #log = "";

  constructor(binary: string, args: readonly string[], user: { uid?: number; gid?: number } = {}) {
    this.#binary = binary;
    this.#args = args;
    this.#user = user;
  }

  /** Throws what it said when it has ended. */
  start(): void {
    const started = spawn(this.#binary, this.#args, {
      stdio: ["ignore", "pipe", "pipe"],
      ...this.#user,
    });
    this.#log = "";
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (text: Buffer) => {
        this.#log = (this.#log + text.toString("utf8")).slice(-4000);
      });
    this.#process = started;
  }

  throwIfEnded(): void {
    const { exitCode, signalCode } = this.#process ?? {};
    if (exitCode === null && signalCode === null) return;
    throw new Error(`${this.#binary} ended (${exitCode ?? signalCode}):\n${this.#log}`);
  }

  /** As a power cut does it. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGCONT");
    running.kill(signal);
    await ended;
  }

  hang(): void {
    this.#signalAll("SIGSTOP");
  }

  wake(): void {
    this.#signalAll("SIGCONT");
  }

  /** The children too: PostgreSQL answers by them. */
  #signalAll(signal: NodeJS.Signals): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    for (const one of [pid, ...children.split(" ").filter(Boolean).map(Number)]) {
      try {
        process.kill(one, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

/** The path of a server's program. Throws one line where it is not installed. */
export function findProgram(name: string, howToInstall: string): string {
  // biome-ignore lint/style/noProcessEnv: where programs are.
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...FOLDERS];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found === undefined) throw new Error(`${name} is not installed: ${howToInstall}`);
  return found;
}

/** Servers often are where only root looks. */
const FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/usr/lib/postgresql/15/bin"];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
