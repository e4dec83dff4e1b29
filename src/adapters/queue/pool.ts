import { EventEmitter } from "node:events";
import type { PgPool, PgPoolClient } from "bullmq";
import type { Database, Session } from "../storage/database.ts";

/** What BullMQ needs of a `pg.Pool`, over the one session of an embedded database. */
export class Pool extends EventEmitter implements PgPool {
  /** As if its clients had TCP keep-alive: BullMQ then waits for a notification as long as it takes. */
  readonly options = { keepAlive: true };
  readonly query: PgPool["query"];
  readonly #database: Database;
  readonly #query: Query;

  /** With `durable` what is written survives the process; without, it is faster. */
  constructor(database: Database, { durable }: { readonly durable: boolean }) {
    super();
    this.#database = database;
    this.#query = (text, values) =>
      durable ? database.query(text, values) : database.queryRelaxed(text, values);
    this.query = forBull(this.#query);
  }

  async connect(): Promise<PgPoolClient> {
    return new Client(this.#database, this.#query);
  }

  /** The database is not ours to close. */
  async end(): Promise<void> {}
}

class Client extends EventEmitter implements PgPoolClient {
  readonly query: PgPoolClient["query"];
  readonly #database: Database;
  readonly #query: Query;
  readonly #deafen: () => void;
  /** While a transaction is open, the session is ours alone. */
  #session: Session | undefined;

  constructor(database: Database, query: Query) {
    super();
    this.#database = database;
    this.#query = query;
    this.#deafen = database.onNotification((told) => this.emit("notification", told));
    this.query = forBull((text, values) => this.#run(text, values));
  }

  release(): void {
    this.#deafen();
    const session = this.#session;
    this.#session = undefined;
    void session
      ?.query("ROLLBACK")
      .catch(() => undefined)
      .then(() => session.release());
  }

  async #run(text: string, values: readonly unknown[] | undefined) {
    if (text === "BEGIN") this.#session = await this.#database.session();
    const session = this.#session;
    if (!session) return await this.#query(text, values);
    const result = await session.query(text, values);
    if (text === "COMMIT" || text === "ROLLBACK") {
      this.#session = undefined;
      session.release();
    }
    return result;
  }
}

type Query = Database["query"];

/** BullMQ's statements name the type of their rows themselves. */
function forBull(query: Query): PgPool["query"] {
  return async (text, values) => {
    const { rows, rowCount } = await query(text, values);
    return { rows: [...rows] as never[], rowCount };
  };
}
