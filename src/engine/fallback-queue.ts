import { codeOf, GreenlightError, reasonOf } from "../domain/errors.ts";
import { type Job, jobIdOf } from "../domain/job.ts";
import type { Clock } from "./ports/clock.ts";
import type { Queue, QueueWorker } from "./ports/queue.ts";
import { Untaken } from "./untaken.ts";

export interface FallbackQueueTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The shared queue, as soon as it can be had: may wait for that until the signal aborts. */
  readonly open: () => Promise<SharedQueue>;
  /** May others not know of what is to be done, as where the journal is away? Asked for each job. */
  readonly isAlone: () => boolean;
  /** Told when the shared queue is away, and without a reason when it is there again. */
  readonly onChange: (whyNot: string | undefined) => void;
  /** Told that what is due waits because somebody has paused the shared queue, and that it does no more. */
  readonly onPause: (isPaused: boolean) => void;
}

export interface SharedQueue extends Queue {
  /** Takes back what nobody has begun; false: it is none of that any more. */
  withdraw(job: Job): Promise<boolean>;
  /** Has somebody said that nothing of it is to be begun? */
  isPaused(): Promise<boolean>;
  close(): Promise<void>;
}

type State = Awaited<ReturnType<Queue["stateOf"]>>;
type Handler = (job: Job) => Promise<void>;

/**
 * A queue that processes share, and in its place, while it is away, the hands of this process: who
 * leads an operation then runs its ready steps itself. What another process took from it before is
 * waited for a moment and then counts as lost: the next attempt is this process's, and whatever the
 * other one still does loses by its sequence. So it is with a job that nobody takes, but not while the
 * queue is paused: that was somebody's wish, and people are told of it.
 */
export class FallbackQueue implements Queue {
  readonly #tools: FallbackQueueTools;
  /** By id: what this process runs, or ran, for itself. */
  readonly #own = new Map<string, State>();
  readonly #running = new Set<Promise<void>>();
  #shared: SharedQueue | undefined;
  #worker: QueueWorker | undefined;
  #handler: Handler | undefined;
  readonly #listeners: (() => void)[] = [];
  readonly #untaken: Untaken;
  /** By operation: which of its jobs waits because the shared queue is paused. */
  readonly #paused = new Map<string, string>();
  /** On the monotonic clock; absent: it answers. At first nobody has asked it yet. */
  #awaySinceMs: number | undefined;

  constructor(tools: FallbackQueueTools) {
    this.#tools = tools;
    this.#untaken = new Untaken(tools.clock);
    this.#awaySinceMs = tools.clock.monotonicMs();
  }

  /** Opens the shared queue, works on it, and asks it again while it is away. Never rejects. */
  async run(): Promise<void> {
    const { clock, signal, open } = this.#tools;
    while (!signal.aborted) {
      try {
        this.#shared ??= this.#listenTo(await open());
        if (this.#handler) this.#worker ??= await this.#shared.work(this.#handler);
        if (this.#awaySinceMs !== undefined) await this.#shared.stateOf(NO_JOB);
        this.#isBack();
      } catch (error) {
        if (!signal.aborted) this.#isAway(error);
      }
      await clock.sleep(CHECK_MS, signal).catch(() => undefined);
    }
  }

  async add(job: Job): Promise<void> {
    const shared = this.#shared;
    if (this.#awaySinceMs !== undefined || !shared || this.#tools.isAlone()) return this.#do(job);
    try {
      if (this.#untaken.isIdle && !(await shared.isPaused())) return this.#do(job);
      await shared.add(job);
    } catch (error) {
      if (codeOf(error) !== "GL_QUEUE_AWAY") throw error;
      this.#isAway(error);
      this.#do(job);
    }
  }

  async stateOf(job: Job): Promise<State> {
    const own = this.#own.get(jobIdOf(job));
    if (own !== undefined) return own;
    if (this.#awaySinceMs !== undefined || !this.#shared) return this.#stateUnseen();
    try {
      return await this.#stateShared(job, this.#shared);
    } catch (error) {
      if (codeOf(error) !== "GL_QUEUE_AWAY") throw error;
      this.#isAway(error);
      return this.#stateUnseen();
    }
  }

  async #stateShared(job: Job, shared: SharedQueue): Promise<State> {
    const id = jobIdOf(job);
    const state = await shared.stateOf(job);
    const isLate = this.#untaken.isLate(id, state);
    if (state !== "waiting" && this.#paused.get(job.operation) === id) this.#isResumed();
    if (!isLate) return state;
    if (await shared.isPaused()) {
      this.#isHeldUp(job);
      return state;
    }
    this.#isResumed();
    // Somebody may have taken it in this moment: then it is not ours.
    if (!(await shared.withdraw(job))) return await shared.stateOf(job);
    this.#untaken.noteTakenBack(id);
    this.#do(job);
    return "active";
  }

  /** Once for each operation, by the first of its jobs that waits. */
  #isHeldUp(job: Job): void {
    if (this.#paused.has(job.operation)) return;
    this.#paused.set(job.operation, jobIdOf(job));
    this.#tools.onPause(true);
  }

  #isResumed(): void {
    if (this.#paused.size > 0) this.#tools.onPause(false);
    this.#paused.clear();
  }

  /** Before `run`. */
  async work(handler: Handler): Promise<QueueWorker> {
    this.#handler = handler;
    const close = async () => {
      await this.#worker?.close();
      await Promise.all(this.#running);
    };
    return { close };
  }

  /** Before `run`. */
  onOver(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #listenTo(shared: SharedQueue): SharedQueue {
    for (const listener of this.#listeners) shared.onOver?.(listener);
    return shared;
  }

  /** After its workers, and after `run` has ended. */
  async close(): Promise<void> {
    await this.#shared?.close();
  }

  /** Beside the caller, as any worker would. */
  #do(job: Job): void {
    const handler = this.#handler;
    if (!handler) throw new GreenlightError("GL_QUEUE_AWAY", "nobody works here");
    const id = jobIdOf(job);
    if (this.#own.has(id)) return;
    this.#keep(id, "active");
    const running = handler(job)
      .then(
        () => this.#keep(id, "done"),
        () => this.#keep(id, "failed"),
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #keep(id: string, state: State): void {
    this.#own.set(id, state);
    const [oldest] = this.#own;
    if (this.#own.size > REMEMBERED && oldest?.[1] !== "active")
      this.#own.delete(oldest?.[0] ?? "");
  }

  #stateUnseen(): State {
    const sinceMs = this.#awaySinceMs ?? Number.NEGATIVE_INFINITY;
    return this.#tools.clock.monotonicMs() - sinceMs < OTHERS_MS ? "active" : "absent";
  }

  #isAway(error: unknown): void {
    if (this.#awaySinceMs !== undefined && this.#isTold) return;
    this.#awaySinceMs ??= this.#tools.clock.monotonicMs();
    this.#isTold = true;
    this.#tools.onChange(reasonOf(error));
  }

  #isBack(): void {
    if (this.#awaySinceMs !== undefined && this.#isTold) this.#tools.onChange(undefined);
    this.#awaySinceMs = undefined;
    this.#isTold = false;
  }

  /** That it is away. */
  #isTold = false;
}

/** While it is away it is asked so often; while it is there nothing is asked. */
const CHECK_MS = 500;
/** What others took before it went away may still get its result so long. */
const OTHERS_MS = 1_000;
const REMEMBERED = 1_000;
const NO_JOB: Job = { operation: "none", step: "none", leg: "step", attempt: 0, epoch: 0 };
