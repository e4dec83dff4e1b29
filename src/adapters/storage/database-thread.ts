import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { parentPort } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { Reply, Request, SqlFailure, Statement } from "./message.ts";
import { SyncedFiles } from "./synced-files.ts";

/** Of Node, whose types leave it to a browser's. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

/**
 * The entry of the database's own thread: PostgreSQL runs on its caller's thread, and nothing that
 * watches a cluster may ever wait for it. One statement at a time, in the order of the messages.
 */
function serve(): void {
  const engine = loadEngine();
  // Who opens it waits for it; nobody may.
  engine.catch(() => undefined);
  let session: Promise<Session> | undefined;
  parentPort?.on("message", (request: Request) => {
    if ("open" in request) {
      session = open(request.open, engine);
      // What can't be opened ends the thread, and says why.
      void session.then(() => reply({ opened: true }));
    } else if ("run" in request) {
      void session?.then((one) => one.run(request.run)).then((result) => result && reply(result));
    } else {
      void session?.then((one) => one.close()).then(() => parentPort?.close());
    }
  });
}

/** What it takes the longest to load, whatever will be opened. */
async function loadEngine() {
  setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
  const directory = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  const [wasm, files] = await Promise.all([
    readFile(join(directory, "pglite.wasm")).then((bytes) => WebAssembly.compile(bytes)),
    readFile(join(directory, "pglite.data")),
  ]);
  return { pgliteWasmModule: wasm, fsBundle: new Blob([files]) };
}

async function open(directory: string, engine: ReturnType<typeof loadEngine>): Promise<Session> {
  const [loaded, files] = await Promise.all([engine, SyncedFiles.in(directory)]);
  const database = await PGlite.create({
    ...loaded,
    fs: files,
    startParams: START,
    parsers: { [INT8]: (text) => text },
  });
  files.opened();
  database.onNotification((channel, payload) => reply({ channel, payload }));
  return new Session(database);
}

class Session {
  readonly #database: PGlite;
  #durable = true;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(database: PGlite) {
    this.#database = database;
  }

  /** Never rejects. */
  run(statement: Statement): Promise<Reply> {
    const result = this.#turn.then(() => this.#answer(statement));
    this.#turn = result;
    return result;
  }

  close(): Promise<void> {
    return this.#turn.then(() => this.#database.close());
  }

  async #answer({ id, text, values, durable }: Statement): Promise<Reply> {
    try {
      await this.#setDurable(durable);
      const results = values
        ? [await this.#database.query<Record<string, unknown>>(text, [...values])]
        : await this.#database.exec(text);
      const { rows = [], affectedRows = 0 } = results.at(-1) ?? {};
      return { done: id, rows, rowCount: affectedRows || rows.length };
    } catch (error) {
      return { failed: id, failure: failureOf(error) };
    }
  }

  async #setDurable(durable: boolean): Promise<void> {
    if (durable === this.#durable) return;
    await this.#database.exec(`SET synchronous_commit TO ${durable ? "on" : "off"}`);
    this.#durable = durable;
  }
}

function failureOf(error: unknown): SqlFailure {
  const { code, detail, constraint } = error as Partial<SqlFailure>;
  return {
    message: error instanceof Error ? error.message : String(error),
    code,
    detail,
    constraint,
  };
}

function reply(message: Reply): void {
  parentPort?.postMessage(message);
}

/** PGlite's own without `-F` (no fsync), and with what an embedded store of our size needs. */
const START = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  "-c",
  "wal_sync_method=fsync",
  "-c",
  "shared_buffers=16MB",
];
const INT8 = 20;

/**
 * How much a function of PostgreSQL's runs before V8 compiles it once more, for speed. With V8's own
 * budget of 1.8 million that is more than half of what a start costs, and what is waited for later, an
 * append or a job, gains nothing that can be measured.
 */
const TIERING_BUDGET = 1_000_000_000;

serve();
