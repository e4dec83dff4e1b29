import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../../engine/ports/clock.ts";
import { bounded } from "./bounded.ts";
import { DatabaseLink, startThread } from "./database-link.ts";
import type { Sql, SqlResult } from "./sql.ts";
import { Turn } from "./turn.ts";

/** The only session that there is, held until it is released: nobody else's statement comes between. */
export interface Session {
  query(text: string, values?: readonly unknown[]): Promise<SqlResult>;
  release(): void;
}

/** A PostgreSQL in a thread of its own. It has one session: statements and transactions take turns. */
export class Database implements Sql {
  readonly #link: DatabaseLink;
  readonly #clock: Clock;
  readonly #turn = new Turn();
  readonly #transaction = new AsyncLocalStorage<{ open: boolean }>();

  private constructor(link: DatabaseLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /**
   * Of an empty directory it makes a database first: seconds. A thread that was started before is
   * its own from then on. Rejects with GL_STORAGE_AWAY.
   */
  static async open(directory: string, clock: Clock, thread = startThread()): Promise<Database> {
    return new Database(await DatabaseLink.open(directory, thread), clock);
  }

  query(text: string, values?: readonly unknown[]): Promise<SqlResult> {
    return this.#query(text, values, true);
  }

  /** As `query`, but what it wrote may be lost with the process: for what can be made again. */
  queryRelaxed(text: string, values?: readonly unknown[]): Promise<SqlResult> {
    return this.#query(text, values, false);
  }

  async transaction<T>(task: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#transaction.getStore()?.open) return await task(this);
    const session = await this.session();
    const state = { open: true };
    try {
      await session.query("BEGIN");
      const result = await this.#transaction.run(state, () => task(this));
      state.open = false;
      await session.query("COMMIT");
      return result;
    } catch (error) {
      state.open = false;
      await session.query("ROLLBACK").catch(() => undefined);
      throw error;
    } finally {
      session.release();
    }
  }

  session(): Promise<Session> {
    const query: Session["query"] = (text, values) =>
      this.#bounded(() => this.#link.run(text, values, true));
    return new Promise((resolve, reject) => {
      const held = () => new Promise<void>((release) => resolve({ query, release }));
      this.#turn.run(held).catch(reject);
    });
  }

  onNotification(...[listener]: Parameters<DatabaseLink["onNotification"]>): () => void {
    return this.#link.onNotification(listener);
  }

  /** Lets the statements that were sent end, as long as that takes no longer than any of them may. */
  async close(): Promise<void> {
    await this.#bounded(() => this.#link.close()).catch(() => this.#link.terminate());
  }

  /** Inside a transaction the turn is already ours: to wait for it again would be for ever. */
  #query(
    text: string,
    values: readonly unknown[] | undefined,
    durable: boolean,
  ): Promise<SqlResult> {
    if (this.#transaction.getStore()?.open)
      return this.#bounded(() => this.#link.run(text, values, true));
    return this.#bounded((late) =>
      this.#turn.run(() => {
        late.throwIfAborted();
        return this.#link.run(text, values, durable);
      }),
    );
  }

  #bounded<T>(call: (late: AbortSignal) => Promise<T>): Promise<T> {
    return bounded(call, { clock: this.#clock, withinMs: ANSWER_WITHIN_MS });
  }
}

const ANSWER_WITHIN_MS = 10_000;
