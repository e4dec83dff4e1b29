import type { Job } from "../../domain/job.ts";

/**
 * Hands each attempt of a step to one worker. The journal is the truth: a queue that forgets costs
 * a second, one that repeats costs a refused claim.
 */
export interface Queue {
  /**
   * Settles once the job is kept. A job with the same id, in whatever state, is the same job: then
   * nothing is added. Rejects with GL_QUEUE_AWAY when it can't be kept now.
   */
  add(job: Job): Promise<void>;
  /** `absent`: never added, or forgotten. `failed`: its worker threw, or died. */
  stateOf(job: Job): Promise<"absent" | "waiting" | "active" | "done" | "failed">;
  /**
   * Gives jobs to the handler, several at once, until the worker is closed; closing waits for those
   * that run. The handler's result is ignored; when it rejects, the job is failed and stays so.
   */
  work(handler: (job: Job) => Promise<void>): Promise<QueueWorker>;
  /**
   * Tells each time that a job is over, whoever ran it; it may miss one. Absent where nobody else
   * runs any.
   */
  onOver?(listener: () => void): void;
}

export interface QueueWorker {
  close(): Promise<void>;
}
