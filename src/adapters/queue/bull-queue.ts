import { UnrecoverableError, WaitingError } from "bullmq";
import { detailOf, GreenlightError } from "../../domain/errors.ts";
import { type Job, jobIdOf } from "../../domain/job.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Queue, QueueWorker } from "../../engine/ports/queue.ts";
import { bounded } from "../storage/bounded.ts";
import type { Bull, BullEvents, BullJobs, BullWorker, TakenJob } from "./bull.ts";
import type { JobSeal } from "./sealed-job.ts";

/** The steps' jobs in BullMQ, whatever keeps them. */
export class BullQueue implements Queue {
  readonly #bull: Bull;
  readonly #tools: QueueTools;
  readonly #jobs: BullJobs;
  /** Pausing outlives the process; jobs need not: the journal knows them. */
  readonly #switch: BullJobs;
  /** The ids of jobs in our own hands. A lock that ran out while we stalled does not change that. */
  readonly #running = new Set<string>();
  /** Warming up ends when there is work. */
  readonly #busy = new AbortController();
  #warm: Promise<void> = Promise.resolve();
  #events: BullEvents | undefined;

  private constructor(bull: Bull, tools: QueueTools) {
    this.#bull = bull;
    this.#tools = tools;
    this.#jobs = bull.queue(NAME, { durable: false });
    this.#switch = bull.queue(NAME, { durable: true });
    for (const queue of [this.#jobs, this.#switch]) queue.on("error", tools.onError);
  }

  /** As it was left. Rejects with GL_QUEUE_AWAY when what keeps the jobs can't be reached. */
  static async open(bull: Bull, tools: QueueTools): Promise<BullQueue> {
    const queue = new BullQueue(bull, tools);
    const both = [queue.#jobs, queue.#switch];
    try {
      await queue.#asked("open", () => Promise.all(both.map((one) => one.waitUntilReady())));
    } catch (error) {
      for (const one of both) one.close().catch(tools.onError);
      throw error;
    }
    return queue;
  }

  async add(job: Job): Promise<void> {
    const jobId = jobIdOf(job);
    this.#busy.abort("in use");
    const data = this.#tools.seal ? this.#tools.seal.seal(job) : job;
    await this.#asked(jobId, () => this.#jobs.add(NAME, data, { jobId, attempts: 1 }));
  }

  async stateOf(job: Job): ReturnType<Queue["stateOf"]> {
    const id = jobIdOf(job);
    if (this.#running.has(id)) return "active";
    return STATES[await this.#asked(id, () => this.#jobs.getJobState(id))];
  }

  /** One that somebody has taken is locked, and stays. */
  async withdraw(job: Job): Promise<boolean> {
    const id = jobIdOf(job);
    if ((await this.stateOf(job)) !== "waiting") return false;
    return (await this.#asked(id, () => this.#jobs.remove(id))) > 0;
  }

  async work(handler: (job: Job) => Promise<void>): Promise<QueueWorker> {
    let isClosing = false;
    const worker = this.#bull.worker(NAME, async (taken, token) => {
      // BullMQ may have asked for one before it closes, and is given it then.
      if (isClosing) await giveBack(taken, token);
      await this.#run(taken, handler);
    });
    worker.on("error", this.#tools.onError);
    try {
      await this.#asked("work", () => worker.waitUntilReady());
    } catch (error) {
      await this.#end(worker);
      throw error;
    }
    const { signal } = this.#busy;
    if (this.#tools.warmUp) this.#warm = this.#tools.warmUp(signal);
    const close = async () => {
      isClosing = true;
      await this.#end(worker);
    };
    return { close };
  }

  /** Nothing is begun until `resume`, also not after a restart; what runs goes on. */
  async pause(): Promise<void> {
    await this.#asked("pause", () => this.#switch.pause());
  }

  async isPaused(): Promise<boolean> {
    return await this.#asked("paused?", () => this.#switch.isPaused());
  }

  async resume(): Promise<void> {
    await this.#asked("resume", () => this.#switch.resume());
  }

  onOver(listener: () => void): void {
    // Without a seal it belongs to this process, whose own hands tell.
    if (!this.#tools.seal) return;
    this.#events ??= this.#bull.events(NAME);
    this.#events.on("error", this.#tools.onError);
    this.#events.on("completed", listener);
    this.#events.on("failed", listener);
  }

  /** After its workers. */
  async close(): Promise<void> {
    this.#busy.abort("closed");
    const parts = [this.#jobs, this.#switch, ...(this.#events ? [this.#events] : [])];
    await this.#closed(Promise.all([this.#warm, ...parts.map((part) => part.close())]));
    await this.#tools.close?.();
  }

  async #run({ id = "", data }: TakenJob, handler: (job: Job) => Promise<void>): Promise<void> {
    const job = this.#opened(id, data);
    const jobId = jobIdOf(job);
    this.#running.add(jobId);
    await handler(job).finally(() => this.#running.delete(jobId));
  }

  #opened(id: string, data: unknown): Job {
    const { seal, onForged } = this.#tools;
    if (!seal) return data as Job;
    const opened = seal.open(id, data);
    if ("job" in opened) return opened.job;
    onForged?.(opened.whyForged);
    throw new UnrecoverableError(opened.whyForged);
  }

  async #asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const { clock, answerWithinMs: withinMs = ANSWER_WITHIN_MS } = this.#tools;
    try {
      return await bounded(ask, { clock, withinMs });
    } catch (cause) {
      throw new GreenlightError("GL_QUEUE_AWAY", `${what}: ${detailOf(cause)}`, cause);
    }
  }

  async #end(worker: BullWorker): Promise<void> {
    if (!(await this.#closed(worker.close()))) worker.disconnect().catch(this.#tools.onError);
  }

  /** Whatever still runs then is resumed from the journal. */
  async #closed(closed: Promise<unknown>): Promise<boolean> {
    const { clock, onError } = this.#tools;
    try {
      await bounded(() => closed, { clock, withinMs: CLOSED_WITHIN_MS });
      return true;
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }
}

async function giveBack(taken: TakenJob, token: string | undefined): Promise<never> {
  await taken.moveToWait(token);
  throw new WaitingError();
}

export interface QueueTools {
  readonly clock: Clock;
  /** Trouble behind the scenes: to be logged; BullMQ goes on by itself. */
  readonly onError: (error: Error) => void;
  /** Where others may write to what keeps the jobs: no job without a seal is run. */
  readonly seal?: JobSeal | undefined;
  /** What is wrong with a job that was refused: one line, without what it carried. */
  readonly onForged?: ((detail: string) => void) | undefined;
  /** How long a call may take: what it asked for may have been done all the same. */
  readonly answerWithinMs?: number | undefined;
  /** What is better done before there is work. */
  readonly warmUp?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Lets the connections go. */
  readonly close?: (() => Promise<void>) | undefined;
}

const NAME = "step";
const ANSWER_WITHIN_MS = 10_000;
const CLOSED_WITHIN_MS = 5000;

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
