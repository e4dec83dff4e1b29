import { Worker } from "node:worker_threads";
import { GreenlightError } from "../../domain/errors.ts";
import type { Reply, Request } from "./message.ts";
import { SqlError, type SqlResult } from "./sql.ts";
import { threadFile } from "./thread-file.ts";

/** The database's own thread, which is started ahead of what it opens. */
export interface DatabaseThread {
  readonly worker: Worker;
  /** Why it is of no use, where it could not even load. */
  failure?: Error;
}

/**
 * Starts it, which takes a good part of a second: for nothing where nothing is opened, as it keeps no
 * process alive.
 */
export function startThread(): DatabaseThread {
  const file = threadFile(new URL("./database-thread.ts", import.meta.url));
  const thread: DatabaseThread = { worker: new Worker(file, { name: "database" }) };
  thread.worker.unref();
  thread.worker.on("error", (error) => {
    thread.failure = error;
  });
  return thread;
}

/** The messages to and from the database's thread. Once the thread is gone all calls reject. */
export class DatabaseLink {
  readonly #thread: Worker;
  readonly #waiting = new Map<number | "opened", Waiter>();
  readonly #listeners = new Set<Listener>();
  #sent = 0;
  #gone: GreenlightError | undefined;

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.on("message", (reply: Reply) => this.#take(reply));
    thread.on("error", (error) => this.#lose(`its thread failed: ${error.message}`, error));
    thread.on("exit", () => this.#lose("it is closed"));
  }

  /**
   * Over a thread that was started for it. Rejects with GL_STORAGE_AWAY when the directory's database
   * can't be opened.
   */
  static async open(directory: string, thread: DatabaseThread): Promise<DatabaseLink> {
    const { worker, failure } = thread;
    worker.ref();
    const link = new DatabaseLink(worker);
    if (failure) link.#lose(`its thread failed: ${failure.message}`, failure);
    await new Promise((resolve, reject) => {
      if (link.#gone) return reject(link.#gone);
      link.#waiting.set("opened", { resolve: () => resolve(undefined), reject });
      link.#post({ open: directory });
    });
    return link;
  }

  /** Statements are answered one after the other, in the order of the calls. */
  run(text: string, values: readonly unknown[] | undefined, durable: boolean): Promise<SqlResult> {
    return new Promise((resolve, reject) => {
      if (this.#gone) return reject(this.#gone);
      this.#sent += 1;
      this.#waiting.set(this.#sent, { resolve, reject });
      this.#post({ run: { id: this.#sent, text, values, durable } });
    });
  }

  /** What `NOTIFY` tells; returns how to stop listening. */
  onNotification(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Behind all statements that were sent. Settles when the thread has ended. */
  async close(): Promise<void> {
    if (this.#gone) return;
    const ended = new Promise((resolve) => {
      this.#thread.once("exit", resolve);
    });
    this.#post({ close: true });
    await ended;
  }

  /** At once, as a kill would do it. */
  async terminate(): Promise<void> {
    await this.#thread.terminate();
  }

  #post(request: Request): void {
    this.#thread.postMessage(request);
  }

  #take(reply: Reply): void {
    if ("channel" in reply) {
      for (const listener of this.#listeners) listener(reply);
    } else if ("opened" in reply) {
      this.#settle("opened")?.resolve({ rows: [], rowCount: 0 });
    } else if ("done" in reply) {
      this.#settle(reply.done)?.resolve(reply);
    } else {
      this.#settle(reply.failed)?.reject(new SqlError(reply.failure));
    }
  }

  #settle(key: number | "opened"): Waiter | undefined {
    const waiter = this.#waiting.get(key);
    this.#waiting.delete(key);
    return waiter;
  }

  #lose(why: string, cause?: unknown): void {
    this.#gone ??= new GreenlightError("GL_STORAGE_AWAY", why, cause);
    for (const [key] of this.#waiting) this.#settle(key)?.reject(this.#gone);
  }
}

type Listener = (notification: { readonly channel: string; readonly payload: string }) => void;

interface Waiter {
  readonly resolve: (result: SqlResult) => void;
  readonly reject: (error: Error) => void;
}
