import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { Client } from "pg";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { eventually } from "../fakes/until.ts";
import { asOwner } from "./postgres-program.ts";

export const HOST = "127.0.0.1";
export const DATABASE = "shop";
const clock = new SystemClock();

interface Login {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
}

interface Options {
  readonly args?: readonly string[];
  /** Who asks where nobody else is named: the superuser, over the loopback and without a password. */
  readonly login?: Login;
}

/** One server, whose directory is there already. It can be killed and started again as it was. */
export class PostgresServer {
  readonly port: number;
  readonly #directory: string;
  readonly #args: readonly string[];
  readonly #login: Login;
  #process: ChildProcess | undefined;
  #said = "";

  constructor(directory: string, port: number, { args = [], login = {} }: Options = {}) {
    this.#directory = directory;
    this.port = port;
    this.#args = args;
    this.#login = { user: "postgres", database: DATABASE, ...login };
  }

  /** As the configuration names it. */
  get address(): string {
    return `${HOST}:${this.port}`;
  }

  get directory(): string {
    return this.#directory;
  }

  /** Settles when it answers. */
  async start(): Promise<void> {
    const deadlineMs = clock.monotonicMs() + STARTED_WITHIN_MS;
    if (!this.#isRunning()) this.#spawn();
    const answers = async () => {
      // What a kill left behind goes away by itself, but not at once.
      if (!this.#isRunning()) {
        if (clock.monotonicMs() > deadlineMs - GIVEN_UP_MS)
          throw new Error(`postgres ended: ${this.#said}`);
        this.#spawn();
      }
      return await this.sql("select 1", { database: "postgres" }).then(
        () => true,
        () => false,
      );
    };
    await eventually(answers, { withinMs: STARTED_WITHIN_MS, everyMs: 20 });
  }

  #spawn(): void {
    const own = ["-D", this.#directory, "-p", String(this.port), ...this.#args];
    const [file, args] = asOwner("postgres", own);
    const child = spawn(file, args, { cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] });
    this.#said = "";
    child.stderr.on("data", (chunk) => {
      this.#said = `${this.#said}${String(chunk)}`.slice(-4_000);
    });
    this.#process = child;
  }

  #isRunning(): boolean {
    const { exitCode, signalCode } = this.#process ?? {};
    return exitCode === null && signalCode === null;
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
  async connect(login: Login = {}): Promise<Client> {
    const place = { host: HOST, port: this.port, ssl: false, connectionTimeoutMillis: 3_000 };
    const client = new Client({ ...place, ...this.#login, ...login });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** The server and all of its processes, as a machine that hangs, or dies. */
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    const pid = this.#process?.pid;
    if (pid === undefined || !this.#isRunning()) return;
    // The first of them first: it starts no others then.
    signalOne(pid, signal === "SIGKILL" ? "SIGSTOP" : signal);
    for (const one of [...childrenOf(pid), pid]) signalOne(one, signal);
  }

  hang(): void {
    this.signal("SIGSTOP");
  }

  wake(): void {
    this.signal("SIGCONT");
  }

  /** As a power cut does it; settles when it is gone. */
  async kill(): Promise<void> {
    const ended = this.#ended();
    this.signal("SIGKILL");
    await ended;
  }

  /** At once too, but it tidies up. */
  async close(): Promise<void> {
    const ended = this.#ended();
    this.signal("SIGCONT");
    this.#process?.kill("SIGQUIT");
    await ended;
  }

  /** With a last checkpoint, so that others may change its directory. */
  async shutDown(): Promise<void> {
    const ended = this.#ended();
    this.#process?.kill("SIGINT");
    await ended;
  }

  async #ended(): Promise<void> {
    if (this.#process && this.#isRunning()) await once(this.#process, "exit");
  }
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return list === "" ? [] : list.split(" ").map(Number);
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Backends come and go.
  }
}

const STARTED_WITHIN_MS = 30_000;
/** So long before that it says why it does not start. */
const GIVEN_UP_MS = 20_000;
