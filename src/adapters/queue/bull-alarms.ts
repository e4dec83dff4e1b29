import { createPostgresBackend, type PgPool, withBackend } from "bullmq";
import { detailOf, GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Alarm, Alarms, AlarmWorker } from "../../engine/ports/schedule.ts";
import { bounded } from "../storage/bounded.ts";

const Bull = withBackend(createPostgresBackend);

/** BullMQ's job schedulers in PostgreSQL. Their times are not cron's but the alarms'. */
export class BullAlarms implements Alarms {
  readonly #clock: Clock;
  readonly #onError: (error: Error) => void;
  readonly #connection: PgPool;
  readonly #queue: InstanceType<typeof Bull.Queue<Ring>>;
  readonly #release: (() => Promise<void>) | undefined;
  readonly #alarms = new Map<string, Alarm>();

  private constructor({ connection, clock, onError, close }: Options) {
    this.#release = close;
    this.#clock = clock;
    this.#onError = onError;
    this.#connection = connection;
    this.#queue = new Bull.Queue(NAME, this.#options());
    this.#queue.on("error", onError);
  }

  /** BullMQ's tables are there, and in the search path. Rejects with GL_QUEUE_AWAY. */
  static async open(options: Options): Promise<BullAlarms> {
    const { clock, onError } = options;
    const alarms = new BullAlarms(options);
    try {
      const bound = { clock, withinMs: CLOSED_WITHIN_MS };
      await bounded(() => alarms.#queue.waitUntilReady(), bound);
    } catch (cause) {
      alarms.#queue.close().catch(onError);
      throw new GreenlightError("GL_QUEUE_AWAY", `the schedules: ${detailOf(cause)}`, cause);
    }
    return alarms;
  }

  async set(alarms: readonly Alarm[]): Promise<void> {
    this.#alarms.clear();
    for (const alarm of alarms) this.#alarms.set(alarm.name, alarm);
    try {
      for (const { key } of await this.#queue.getJobSchedulers())
        if (!this.#alarms.has(key)) await this.#queue.removeJobScheduler(key);
      for (const alarm of alarms) if (!(await this.#isSet(alarm))) await this.#upsert(alarm);
    } catch (cause) {
      throw new GreenlightError("GL_QUEUE_AWAY", "the schedules can't be kept", cause);
    }
  }

  async work(handler: (name: string, at: number) => Promise<void>): Promise<AlarmWorker> {
    const run = async ({ name, opts }: { name: string; opts: { prevMillis?: number } }) => {
      await handler(name, opts.prevMillis ?? this.#clock.wallMs()).catch((error: unknown) =>
        this.#onError(error instanceof Error ? error : new Error(String(error))),
      );
    };
    const worker = new Bull.Worker<Ring>(NAME, run, { ...this.#options(), ...WORK });
    worker.on("error", this.#onError);
    await worker.waitUntilReady();
    return { close: () => this.#bounded(worker.close()) };
  }

  /** After its workers. */
  async close(): Promise<void> {
    await this.#bounded(this.#queue.close());
    await this.#release?.();
  }

  /** To set it anew would take away a ring that is due and was not given out yet. */
  async #isSet({ name, rule }: Alarm): Promise<boolean> {
    const known = await this.#queue.getJobScheduler(name);
    if (known?.next === undefined || known.template?.data?.rule !== rule) return false;
    const state = await this.#queue.getJobState(`repeat:${name}:${known.next}`);
    return PENDING.includes(state);
  }

  async #upsert({ name, rule, next }: Alarm): Promise<void> {
    if (next(this.#clock.wallMs()) === undefined) return;
    const template = { name, data: { rule }, opts: { attempts: 1 } };
    await this.#queue.upsertJobScheduler(name, { pattern: rule }, template);
  }

  #options() {
    const repeatStrategy = (after: number, _: unknown, name = "") =>
      this.#alarms.get(name)?.next(after);
    return {
      connection: this.#connection,
      settings: { repeatStrategy },
      streams: { events: { maxLen: KEPT_EVENTS } },
    };
  }

  /** Whatever still runs then is settled from the journal. */
  async #bounded(closed: Promise<unknown>): Promise<void> {
    const bound = { clock: this.#clock, withinMs: CLOSED_WITHIN_MS };
    await bounded(() => closed, bound).catch(this.#onError);
  }
}

interface Options {
  readonly connection: PgPool;
  /** Lets the connection go. */
  readonly close?: (() => Promise<void>) | undefined;
  readonly clock: Clock;
  /** Trouble behind the scenes: to be logged; BullMQ goes on by itself. */
  readonly onError: (error: Error) => void;
}

interface Ring {
  readonly rule: string;
}

const NAME = "alarm";
const KEPT_EVENTS = 100;
const PENDING: readonly string[] = ["delayed", "waiting", "prioritized", "active"];

const WORK = {
  concurrency: 16,
  // A worker that died in the middle of a ring holds the calendar up no longer than these together.
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStalledCount: 0,
  runRetryDelay: 1000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} as const;

const CLOSED_WITHIN_MS = 5000;
