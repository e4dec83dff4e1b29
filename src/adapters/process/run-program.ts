import { type ChildProcess, spawn } from "node:child_process";
import type { Clock } from "../../engine/ports/clock.ts";
import { bounded } from "../clock/bound.ts";

export interface Program {
  /** The file itself: no shell looks for it, and none reads its arguments. */
  readonly file: string;
  readonly args: readonly string[];
  /** All that it is given: nothing of ours comes with it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Ended {
  /** `exited 1`, or `killed by SIGSEGV`; absent: it did what it should. */
  readonly trouble?: string;
  readonly stdout: string;
  /** What did not fit is left out. */
  readonly stderr: string;
}

export interface RunLimits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs it without a terminal and without input. It, and all that it started, is killed when the time
 * is over, when the signal aborts, or when it writes too much. Rejects then, or where it can't be
 * started at all.
 */
export async function runProgram(program: Program, limits: RunLimits): Promise<Ended> {
  const { file, args, env } = program;
  let child: ChildProcess | undefined;
  try {
    return await bounded(limits, async () => {
      // A group of its own: whoever it started is killed with it, and no pipe is held open.
      child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
      return await untilEnd(child);
    });
  } catch (error) {
    if (child) killGroup(child);
    throw error;
  }
}

function untilEnd(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    let complaintBytes = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) reject(new Error(`it wrote more than ${MAX_BYTES} bytes`));
      else stdout.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      // Its end is not needed, but it must not wait until somebody reads it.
      if (complaintBytes < MAX_BYTES) stderr.push(chunk);
      complaintBytes += chunk.length;
    });
    // Without the cause: it has the arguments, and who logs it would log what is secret among them.
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(new Error(`it can't be started (${error.code ?? error.message})`)),
    );
    child.once("close", (code, killedBy) => {
      const trouble = killedBy === null ? `exited ${code}` : `killed by ${killedBy}`;
      resolve({
        ...(code !== 0 && { trouble }),
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}

/** Of a credential, or of what is wrong with it. */
const MAX_BYTES = 64 * 1024;
