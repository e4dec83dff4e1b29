import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MAIN = join(import.meta.dirname, "../../dist/bin/main.js");
/** A demo takes 10 to 40 s, or much more on a busy machine. */
export const PATIENCE_MS = 150_000;

export interface Summary {
  readonly objectivesMet: boolean;
  readonly operations: readonly {
    readonly id: string;
    readonly kind: string;
    readonly outcome: string;
    readonly recoveryTimeMs: number | null;
    readonly dataLossMs: number | null;
    readonly report: string;
  }[];
  readonly clients: {
    readonly asked: number;
    readonly failed: number;
    readonly writesLost: number;
    readonly longestOutageMs: number;
  };
}

/** `greenlight demo --json` in a directory of its own. */
export class DemoProcess {
  readonly own: string;
  /** Its exit status. */
  readonly exited: Promise<number | null>;
  /** Every object that it printed so far. */
  readonly objects: { readonly type: string; readonly what?: string }[] = [];
  readonly summary: Promise<Summary>;
  readonly #child: ChildProcess;

  constructor(own: string, flags: readonly string[]) {
    this.own = own;
    const child = spawn(process.execPath, [MAIN, "demo", "--json", "--dir", own, ...flags], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#child = child;
    this.exited = once(child, "exit").then(([code]) => code as number | null);
    this.summary = new Promise<Summary>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.objects.push(JSON.parse(line));
        if (this.objects.at(-1)?.type === "summary") resolve(JSON.parse(line));
      });
      void this.exited.then((code) => reject(new Error(`it ended with ${code}, and said nothing`)));
    });
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill("SIGTERM");
    await this.exited;
  }
}
