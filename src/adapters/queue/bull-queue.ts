import { createPostgresBackend, runMigrations, withBackend } from "bullmq";
import { GreenlightError } from "../../domain/errors.ts";
import { type Job, jobIdOf } from "../../domain/job.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Queue, QueueWorker } from "../../engine/ports/queue.ts";
import { bounded } from "../storage/bounded.ts";
import type { Database } from "../storage/database.ts";
import { Pool } from "./pool.ts";
import { warmUp } from "./warm-up.ts";

const Bull = withBackend(createPostgresBackend);

/** BullMQ in an embedded database, which belongs to this process alone. */
export class BullQueue implements Queue {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #onError: (error: Error) => void;
  readonly #jobs: InstanceType<typeof Bull.Queue<Job>>;
  /** Pausing outlives the process; jobs need not: the journal knows them. */
  readonly #switch: InstanceType<typeof Bull.Queue<Job>>;
  /** The ids of jobs in our own hands. A lock that ran out while we stalled does not change that. */
  readonly #running = new Set<string>();
  /** Warming up ends when there is work. */
  readonly #busy = new AbortController();
  #warm: Promise<void> = Promise.resolve();

  private constructor({ database, clock, onError }: Options) {
    this.#database = database;
    this.#clock = clock;
    this.#onError = onError;
    this.#jobs = new Bull.Queue(NAME, this.#optionsOf({ durable: false }));
    this.#switch = new Bull.Queue(NAME, this.#optionsOf({ durable: true }));
    for (const queue of [this.#jobs, this.#switch]) queue.on("error", onError);
  }

  /**
   * An empty queue, paused where it was paused. What a dead process left in it would only be in the
   * way: a job that it had taken would stay locked for seconds. The engine adds again what is due.
   */
  static async open(options: Options): Promise<BullQueue> {
    const { database } = options;
    const client = await new Pool(database, { durable: true }).connect();
    await runMigrations(client).finally(() => client.release());
    await database.query(EMPTY);
    const queue = new BullQueue(options);
    await Promise.all([queue.#jobs.waitUntilReady(), queue.#switch.waitUntilReady()]);
    return queue;
  }

  async add(job: Job): Promise<void> {
    const jobId = jobIdOf(job);
    this.#busy.abort("in use");
    try {
      await this.#jobs.add(NAME, job, { jobId, attempts: 1 });
    } catch (cause) {
      throw new GreenlightError("GL_QUEUE_AWAY", jobId, cause);
    }
  }

  async stateOf(job: Job): ReturnType<Queue["stateOf"]> {
    const id = jobIdOf(job);
    if (this.#running.has(id)) return "active";
    try {
      return STATES[await this.#jobs.getJobState(id)];
    } catch (cause) {
      throw new GreenlightError("GL_QUEUE_AWAY", id, cause);
    }
  }

  async work(handler: (job: Job) => Promise<void>): Promise<QueueWorker> {
    const run = async ({ data }: { readonly data: Job }) => {
      const id = jobIdOf(data);
      this.#running.add(id);
      await handler(data).finally(() => this.#running.delete(id));
    };
    const worker = new Bull.Worker<Job>(NAME, run, {
      ...this.#optionsOf({ durable: false }),
      ...WORK,
    });
    worker.on("error", this.#onError);
    await worker.waitUntilReady();
    const pool = new Pool(this.#database, { durable: false });
    this.#warm = warmUp(pool, { signal: this.#busy.signal, onError: this.#onError });
    return { close: () => this.#bounded(worker.close()) };
  }

  /** Nothing is begun until `resume`, also not after a restart; what runs goes on. */
  pause(): Promise<void> {
    return this.#switch.pause();
  }

  resume(): Promise<void> {
    return this.#switch.resume();
  }

  /** After its workers. */
  async close(): Promise<void> {
    this.#busy.abort("closed");
    await this.#bounded(Promise.all([this.#warm, this.#jobs.close(), this.#switch.close()]));
  }

  #optionsOf(durability: { readonly durable: boolean }) {
    return {
      connection: new Pool(this.#database, durability),
      streams: { events: { maxLen: KEPT_EVENTS } },
    };
  }

  /** Whatever still runs then is resumed from the journal. */
  async #bounded(closed: Promise<unknown>): Promise<void> {
    const bound = { clock: this.#clock, withinMs: CLOSED_WITHIN_MS };
    await bounded(() => closed, bound).catch(this.#onError);
  }
}

export interface Options {
  readonly database: Database;
  readonly clock: Clock;
  /** Trouble behind the scenes: to be logged; BullMQ goes on by itself. */
  readonly onError: (error: Error) => void;
}

const NAME = "step";

/** A finished job that is forgotten would run again if it were added again: never soon. */
const KEPT = { count: 1000 };
const KEPT_EVENTS = 100;

const WORK = {
  concurrency: 16,
  lockDuration: 3000,
  stalledInterval: 1000,
  maxStalledCount: 0,
  runRetryDelay: 1000,
  removeOnComplete: KEPT,
  removeOnFail: KEPT,
} as const;

const CLOSED_WITHIN_MS = 5000;

/** BullMQ's tables have plain names, and its statements rely on the search path. */
const EMPTY = `
SET search_path TO bullmq;
DELETE FROM bullmq.job;
DELETE FROM bullmq.event;
DELETE FROM bullmq.meta WHERE field = 'stalled-check';
`;

const STATES = {
  waiting: "waiting",
  prioritized: "waiting",
  delayed: "waiting",
  "waiting-children": "waiting",
  active: "active",
  completed: "done",
  failed: "failed",
  unknown: "absent",
} as const;
