import { type ChildProcess, execFile, spawn } from "node:child_process";
import { accessSync, cpSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { findFreePort } from "../../src/sandbox/free-port.ts";
import { eventually } from "../fakes/until.ts";

const BINARIES = "/usr/lib/postgresql/15/bin";
const SQL = join(import.meta.dirname, "../../runbooks/data-postgres.sql");
const HOST = "127.0.0.1";
const DATABASE = "shop";
export const PASSWORD = "greenlight-password";
const run = promisify(execFile);
const clock = new SystemClock();

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
    await eventually(() => this.#answers(child, () => said), { withinMs: 30_000, everyMs: 20 });
  }

  async #answers(child: ChildProcess, said: () => string): Promise<boolean> {
    if (child.exitCode !== null) throw new Error(`postgres ended: ${said()}`);
    return await this.sql("select 1").then(
      () => true,
      () => false,
    );
  }

  /** As the superuser, or as somebody else; the last statement's rows. */
  async sql(
    text: string,
    more: { user?: string } = {},
  ): Promise<readonly Record<string, unknown>[]> {
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
  async connect({ user = "postgres" }: { user?: string } = {}): Promise<Client> {
    const client = new Client({
      host: HOST,
      port: this.port,
      user,
      database: DATABASE,
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
    for (const one of [pid, ...children]) process.kill(one, signal);
  }

  async close(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.signal("SIGCONT");
    child.kill("SIGQUIT");
    await ended;
  }
}

export interface PostgresPair {
  readonly primary: PostgresServer;
  /** Streams from the primary, through a port that tests may put themselves into. */
  readonly standby: PostgresServer;
  close(): Promise<void>;
}

/** Makes one pair, from which each test gets a copy of its own: that takes a second, not five. */
export class PostgresTemplate {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(): Promise<PostgresTemplate> {
    demandBinaries();
    const directory = await mkdtemp(join(tmpdir(), "greenlight-postgres-"));
    const template = new PostgresTemplate(directory);
    try {
      await giveAway(directory);
      await template.#make();
    } catch (error) {
      await template.close();
      throw error;
    }
    return template;
  }

  /** `sourcePort`: where the standby finds its primary; its own port if absent. */
  async start(sourcePort?: (primaryPort: number) => Promise<number>): Promise<PostgresPair> {
    const directory = await mkdtemp(join(tmpdir(), "greenlight-postgres-"));
    for (const side of ["primary", "standby"])
      cpSync(join(this.#directory, side), join(directory, side), { recursive: true });
    await giveAway(directory);
    const primary = new PostgresServer(join(directory, "primary"), await freePort());
    const port = (await sourcePort?.(primary.port)) ?? primary.port;
    const source = `primary_conninfo=host=${HOST} port=${port} user=postgres application_name=green`;
    const standby = new PostgresServer(join(directory, "standby"), await freePort(), [
      "-c",
      source,
    ]);
    const close = async () => {
      await Promise.all([primary.close(), standby.close()]);
      await rm(directory, { recursive: true, force: true });
    };
    try {
      await Promise.all([primary.start(), standby.start()]);
    } catch (error) {
      await close();
      throw error;
    }
    return { primary, standby, close };
  }

  async close(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    const primary = join(this.#directory, "primary");
    const trust = [
      "-A",
      "trust",
      "-U",
      "postgres",
      "--wal-segsize=1",
      "--locale=C.UTF-8",
      "--no-sync",
    ];
    await runAsOwner("initdb", ["-D", primary, ...trust]);
    await runAsOwner("sh", [
      "-c",
      `printf '%s\\n' "$1" >> "$2"`,
      "sh",
      CONF,
      `${primary}/postgresql.conf`,
    ]);
    await runAsOwner("sh", [
      "-c",
      `printf '%s\\n' "$1" > "$2"`,
      "sh",
      HBA,
      `${primary}/pg_hba.conf`,
    ]);
    const server = new PostgresServer(primary, await freePort());
    await runAsOwner("sh", [
      "-c",
      `echo "create database ${DATABASE}" | ${BINARIES}/postgres --single -D "$1" postgres`,
      "sh",
      primary,
    ]);
    await server.start();
    try {
      await server.sql(readFileSync(SQL, "utf8"));
      await server.sql(`alter role greenlight password '${PASSWORD}'`);
      await server.sql(
        "create table orders (id text primary key); create role app login; grant all on orders to app; grant select on orders to greenlight",
      );
      const from = ["-h", HOST, "-p", String(server.port), "-U", "postgres", "--no-sync"];
      await runAsOwner("pg_basebackup", [
        "-D",
        join(this.#directory, "standby"),
        "-R",
        "-c",
        "fast",
        ...from,
      ]);
    } finally {
      await server.close();
    }
  }
}

const CONF = `listen_addresses = '${HOST}'
unix_socket_directories = ''
fsync = off
shared_buffers = 16MB
max_connections = 40
max_prepared_transactions = 5
wal_keep_size = 64MB
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
logging_collector = off`;

const HBA = `host replication postgres ${HOST}/32 trust
host all greenlight ${HOST}/32 scram-sha-256
host all all ${HOST}/32 trust`;

function demandBinaries(): void {
  try {
    accessSync(join(BINARIES, "postgres"));
  } catch {
    throw new Error(`${BINARIES}/postgres is missing: apt-get install postgresql-15`);
  }
}

async function freePort(): Promise<number> {
  return await findFreePort([HOST], createChance(clock));
}

/** PostgreSQL does not run as root; as anybody else it runs as who runs this. */
function asOwner(program: string, args: readonly string[]): readonly [string, string[]] {
  const file = program === "sh" ? "sh" : join(BINARIES, program);
  if (process.getuid?.() !== 0) return [file, [...args]];
  const other = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];
  return ["setpriv", [...other, file, ...args]];
}

async function runAsOwner(program: string, args: readonly string[]): Promise<void> {
  const [file, rest] = asOwner(program, args);
  await run(file, rest, { cwd: tmpdir() });
}

async function giveAway(directory: string): Promise<void> {
  if (process.getuid?.() === 0) await run("chown", ["-R", "postgres:postgres", directory]);
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return list === "" ? [] : list.split(" ").map(Number);
}
