import { AsyncLocalStorage } from "node:async_hooks";
import type pg from "pg";
import { GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { bounded } from "./bounded.ts";
import { createPool, nameOfDatabase, type PostgresPlace } from "./postgres-place.ts";
import { type Sql, SqlError, type SqlResult } from "./sql.ts";

/** A database on a PostgreSQL server (>= 14), which several processes may share. */
export class PostgresStorage implements Sql {
  readonly #pool: pg.Pool;
  readonly #where: string;
  readonly #bound: { readonly clock: Clock; readonly withinMs: number };
  readonly #transaction = new AsyncLocalStorage<{ client: pg.PoolClient | undefined }>();

  private constructor(pool: pg.Pool, { place, clock, withinMs = ANSWER_WITHIN_MS }: Options) {
    this.#pool = pool;
    this.#where = nameOfDatabase(place);
    this.#bound = { clock, withinMs };
  }

  /** Asks it once. Rejects with GL_STORAGE_AWAY; later it comes back by itself. */
  static async open(options: Options): Promise<PostgresStorage> {
    const { place, onError, withinMs = ANSWER_WITHIN_MS } = options;
    const pool = createPool(place, { max: MAX_CONNECTIONS, withinMs, onError });
    const storage = new PostgresStorage(pool, options);
    try {
      await storage.query("SELECT 1");
    } catch (error) {
      pool.end().catch(onError);
      throw error;
    }
    return storage;
  }

  query(text: string, values?: readonly unknown[]): Promise<SqlResult> {
    const client = this.#transaction.getStore()?.client;
    return this.#ask(() => (client ?? this.#pool).query(text, values && [...values]));
  }

  /** As `query`: what is kept here is durable in any case. */
  queryRelaxed(text: string, values?: readonly unknown[]): Promise<SqlResult> {
    return this.query(text, values);
  }

  async transaction<T>(task: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#transaction.getStore()?.client) return await task(this);
    const client = await this.#connect();
    const state: { client: pg.PoolClient | undefined } = { client };
    let broken = false;
    const say = (text: string) => this.#ask(() => client.query(text));
    try {
      await say("BEGIN");
      const result = await this.#transaction.run(state, () => task(this));
      state.client = undefined;
      await say("COMMIT");
      return result;
    } catch (error) {
      state.client = undefined;
      await say("ROLLBACK").catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Whatever is still asked then is refused. */
  async close(): Promise<void> {
    await bounded(() => this.#pool.end(), this.#bound).catch(() => undefined);
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #ask(ask: () => Promise<pg.QueryResult | pg.QueryResult[]>): Promise<SqlResult> {
    try {
      const answer = await bounded(ask, this.#bound);
      const last = Array.isArray(answer) ? answer.at(-1) : answer;
      return { rows: last?.rows ?? [], rowCount: last?.rowCount ?? 0 };
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): Error {
    const { message, code, detail, constraint } = error as Partial<pg.DatabaseError> & Error;
    const isRefusal = code !== undefined && SQLSTATE.test(code) && !AWAY.test(code);
    if (isRefusal) return new SqlError({ message, code, detail, constraint });
    return new GreenlightError("GL_STORAGE_AWAY", `${this.#where}: ${message}`, error);
  }
}

interface Options {
  readonly place: PostgresPlace;
  readonly clock: Clock;
  /** Trouble of connections that nobody uses: to be logged; others are made. */
  readonly onError: (error: Error) => void;
  /** How long a call may take. */
  readonly withinMs?: number;
}

const ANSWER_WITHIN_MS = 10_000;
const MAX_CONNECTIONS = 5;

const SQLSTATE = /^[0-9A-Z]{5}$/;
/** No connection, no right to one, no room, not now, cut off, too late, or no longer the primary. */
const AWAY = /^(08|28|53|57|58|25006|25P03)/;
