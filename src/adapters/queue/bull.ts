import { type BackendFactory, type IQueueBackend, type JobState, withBackend } from "bullmq";

/** BullMQ over whatever keeps its jobs. */
export interface Bull {
  /** What a `durable` one has taken survives the process; of the other it need not. */
  queue(name: string, use: { readonly durable: boolean }): BullJobs;
  /** Of jobs that are over, whoever ran them, over a connection of its own. */
  events(name: string): BullEvents;
  worker(name: string, run: (job: TakenJob, token?: string) => Promise<void>): BullWorker;
}

export interface TakenJob {
  readonly id?: string | undefined;
  readonly data: unknown;
  /** Gives it back, for somebody else. */
  moveToWait(token?: string): Promise<unknown>;
}

/** BullMQ's own queue, as far as ours needs it. */
export interface BullJobs {
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  add(name: string, data: unknown, options: AddOptions): Promise<unknown>;
  getJobState(id: string): Promise<JobState | "unknown">;
  /** How many it took away. */
  remove(id: string): Promise<number>;
  isPaused(): Promise<boolean>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** BullMQ's own events. */
export interface BullEvents {
  on(event: "completed" | "failed", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** BullMQ's own worker. */
export interface BullWorker {
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  /** At once, whatever it waits for. */
  disconnect(): Promise<void>;
}

interface AddOptions {
  readonly jobId: string;
  readonly attempts: number;
}

interface Use {
  readonly durable: boolean;
  /** It waits for jobs; `listens`: for events, and nobody else may use it. */
  readonly works: boolean;
  readonly listens?: boolean;
}

export interface Reach<C> {
  /** To be closed by whoever made it, after the queues and workers. */
  readonly connect: (use: Use) => C;
  /** Of every key, where there are keys. */
  readonly prefix?: string;
}

export function createBull<B extends IQueueBackend, C>(
  factory: BackendFactory<B, C>,
  { connect, prefix }: Reach<C>,
): Bull {
  const { Queue, QueueEvents, Worker } = withBackend(factory);
  const options = (use: Use) => ({
    connection: connect(use),
    streams: { events: { maxLen: KEPT_EVENTS } },
    ...(prefix !== undefined && { prefix }),
  });
  return {
    queue: (name, { durable }) => {
      const own = options({ durable, works: false });
      // What BullMQ keeps of a queue itself, it writes at each start.
      return new Queue<unknown>(name, { ...own, skipMetasUpdate: durable });
    },
    events: (name) =>
      new QueueEvents(name, options({ durable: false, works: true, listens: true })),
    worker: (name, run) =>
      new Worker<unknown>(name, run, { ...options({ durable: false, works: true }), ...WORK }),
  };
}

const KEPT_EVENTS = 100;

/** A finished job that is forgotten would run again if it were added again: never soon. */
const KEPT = { count: 1000 };

const WORK = {
  concurrency: 16,
  lockDuration: 3000,
  stalledInterval: 1000,
  maxStalledCount: 0,
  runRetryDelay: 1000,
  removeOnComplete: KEPT,
  removeOnFail: KEPT,
};
