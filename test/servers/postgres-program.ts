import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { findProgram } from "./restartable.ts";

const run = promisify(execFile);
/** Where Linux can: it ends with the suite, also where that was killed and closes nothing. */
const SETPRIV = "/usr/bin/setpriv";

/** The path of one of PostgreSQL's programs. Throws one line where it is not installed. */
export function findPostgres(program: string): string {
  return findProgram(program, "apt-get install -y postgresql");
}

/** PostgreSQL does not run as root; as anybody else it runs as who runs this. */
export function asOwner(program: string, args: readonly string[]): readonly [string, string[]] {
  const file = findPostgres(program);
  const other = process.getuid?.() === 0 ? OTHER : [];
  const tied = existsSync(SETPRIV) ? ["--pdeathsig", "KILL"] : [];
  if (other.length + tied.length === 0) return [file, [...args]];
  return ["setpriv", [...other, ...tied, "--", file, ...args]];
}

export async function runAsOwner(program: string, args: readonly string[]): Promise<void> {
  const [file, rest] = asOwner(program, args);
  await run(file, rest, { cwd: tmpdir() });
}

export async function giveAway(directory: string): Promise<void> {
  if (process.getuid?.() === 0) await run("chown", ["-R", "postgres:postgres", directory]);
}

const OTHER = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
