import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";

/** One process of a control plane; its port, files and name outlive it. */
export interface Part {
  /** Also again, after it was killed. */
  start(): void;
  /** SIGKILL; settles when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: its connections stay, and nothing is answered. */
  stop(): void;
  /** SIGCONT */
  cont(): void;
  /** Throws, with the end of its log, where it has ended by itself. */
  check(): void;
}

export function createPart(
  binary: string,
  words: readonly string[],
  { log }: { readonly log: string },
): Part {
  let child: ChildProcess | undefined;
  const isRunning = () => child?.exitCode === null && child.signalCode === null;
  return {
    start: () => {
      if (isRunning()) return;
      const to = openSync(log, "a");
      const [program = binary, ...rest] = [...TIED, binary, ...words];
      child = spawn(program, rest, { stdio: ["ignore", to, to] });
      // Without it the process that runs the suite would end at a missing binary.
      child.on("error", () => undefined);
      closeSync(to);
    },
    kill: async () => {
      if (!child || !isRunning()) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    stop: () => void child?.kill("SIGSTOP"),
    cont: () => void child?.kill("SIGCONT"),
    check: () => {
      if (isRunning()) return;
      throw new Error(`${binary} ended:\n${readFileSync(log, "utf8").slice(-MAX_TAIL)}`);
    },
  };
}

/** Where Linux can: it ends with the suite, also where that was killed and closes nothing. */
const SETPRIV = "/usr/bin/setpriv";
const TIED = existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", "--"] : [];
const MAX_TAIL = 3_000;
