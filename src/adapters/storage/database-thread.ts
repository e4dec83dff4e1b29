import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { Reply, Request, SqlFailure, Statement, ThreadData } from "./message.ts";
import { SyncedFiles } from "./synced-files.ts";

/**
 * The entry of the database's own thread: PostgreSQL runs on its caller's thread, and nothing that
 * watches a cluster may ever wait for it. One statement at a time, in the order of the messages.
 */
async function serve(): Promise<void> {
  const { directory }: ThreadData = workerData;
  const database = await PGlite.create({
    fs: new SyncedFiles(directory),
    startParams: START,
    parsers: { [INT8]: (text) => text },
  });
  const session = new Session(database);
  database.onNotification((channel, payload) => reply({ channel, payload }));
  parentPort?.on("message", (request: Request) => {
    if ("run" in request) return void session.run(request.run).then(reply);
    void session.close().then(() => parentPort?.close());
  });
  reply({ opened: true });
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

await serve();
