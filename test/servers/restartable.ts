import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A server's process, which can be killed and started again as it was. */
export class Restartable {
  readonly #binary: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;
  #log = "";

  constructor(binary: string, args: readonly string[]) {
    this.#binary = binary;
    this.#args = args;
  }

  /** Throws what it said when it has ended. */
  start(): void {
    const started = spawn(this.#binary, this.#args, { stdio: ["ignore", "pipe", "pipe"] });
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
    this.#process?.kill("SIGSTOP");
  }

  wake(): void {
    this.#process?.kill("SIGCONT");
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
