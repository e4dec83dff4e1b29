import { type ChildProcess, execFile, spawn } from "node:child_process";
import { accessSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";
import { eventually } from "../fakes/until.ts";

const BINARIES = "/usr/lib/postgresql/15/bin";
export const HOST = "127.0.0.1";
export const DATABASE = "shop";
const run = promisify(execFile);
const clock = new SystemClock();

interface Login {
  readonly user?: string;
  readonly database?: string;
}

/** One running server. Its superuser is `postgres`, over the loopback and without a password. */
export class PostgresServer {
  readonly port: number;
  readonly #directory: string;
  #process: ChildProcess | undefined;
  readonly #args: readonly string[];

  constructor(directory: string, port: number, args: readonly string[] = []) {
    this.#directory = directory;
    this.port = port;
    this.#args = args;
  }

  /** As the configuration names it. */
  get address(): string {
    return `${HOST}:${this.port}`;
  }

  async start(): Promise<void> {
    const own = ["-D", this.#directory, "-p", String(this.port), ...this.#args];
    const [file, args] = asOwner("postgres", own);
    let said = "";
    const child = spawn(file, args, { cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (chunk) => {
      said = `${said}${String(chunk)}`.slice(-4_000);
    });
    this.#process = child;
    await eventually(async () => await this.#answers(child, () => said), {
      withinMs: 30_000,
      everyMs: 20,
    });
  }

  async #answers(child: ChildProcess, said: () => string): Promise<boolean> {
    if (child.exitCode !== null) throw new Error(`postgres ended: ${said()}`);
    return await this.sql("select 1", { database: "postgres" }).then(
      () => true,
      () => false,
    );
  }

  /** As the superuser, or as somebody else; the last statement's rows. */
  async sql(text: string, more: Login = {}): Promise<readonly Record<string, unknown>[]> {
    const client = await this.connect(more);
    try {
      const answer: unknown = await client.query(text);
      const last = (Array.isArray(answer) ? answer.at(-1) : answer) as { rows: [] };
      return last.rows;
    } finally {
      await client.end();
    }
  }

  /** A session that stays. */
  async connect({ user = "postgres", database = DATABASE }: Login = {}): Promise<Client> {
    const client = new Client({
      host: HOST,
      port: this.port,
      user,
      database,
      ssl: false,
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** The server and all of its processes, as a machine that hangs, or dies. */
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    const children = childrenOf(pid);
    for (const one of [pid, ...children]) {
      try {
        process.kill(one, signal);
      } catch {
        // Backends come and go.
      }
    }
  }

  /** What a DBA does with a former primary: stop it, rewind it to the new one, start it. */
  async rewind(source: PostgresServer): Promise<void> {
    // Soon after a promotion it is still on the old history by its files: then there is nothing to do.
    await source.sql("checkpoint");
    await this.#end("SIGINT");
    const from = `host=${HOST} port=${source.port} user=postgres dbname=postgres`;
    await runAsOwner("pg_rewind", ["-D", this.#directory, `--source-server=${from}`, "-R", "-N"]);
    await this.start();
  }

  /** What he should not do: start it as a standby with the log that it has. */
  async followUnwound(source: PostgresServer): Promise<void> {
    await this.sql(
      `alter system set primary_conninfo = 'host=${HOST} port=${source.port} user=postgres'`,
    );
    await this.#end("SIGINT");
    await writeFile(join(this.#directory, "standby.signal"), "");
    await giveAway(this.#directory);
    await this.start();
  }

  async close(): Promise<void> {
    await this.#end("SIGQUIT");
  }

  /** SIGINT: a fast shutdown; SIGQUIT: none at all. */
  async #end(how: "SIGINT" | "SIGQUIT"): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.signal("SIGCONT");
    child.kill(how);
    await ended;
  }
}

export function demandBinaries(): void {
  try {
    accessSync(join(BINARIES, "postgres"));
  } catch {
    throw new Error(`${BINARIES}/postgres is missing: apt-get install postgresql-15`);
  }
}

export async function freePort(): Promise<number> {
  return await findFreePort([HOST], createChance(clock));
}

/** PostgreSQL does not run as root; as anybody else it runs as who runs this. */
function asOwner(program: string, args: readonly string[]): readonly [string, string[]] {
  const file = join(BINARIES, program);
  if (process.getuid?.() !== 0) return [file, [...args]];
  const other = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];
  return ["setpriv", [...other, file, ...args]];
}

export async function runAsOwner(program: string, args: readonly string[]): Promise<void> {
  const [file, rest] = asOwner(program, args);
  await run(file, rest, { cwd: tmpdir() });
}

export async function giveAway(directory: string): Promise<void> {
  if (process.getuid?.() === 0) await run("chown", ["-R", "postgres:postgres", directory]);
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return list === "" ? [] : list.split(" ").map(Number);
}
