import { type Job, jobIdOf } from "../../src/domain/job.ts";
import type { Queue, QueueWorker } from "../../src/engine/ports/queue.ts";

/** A queue without timers: under a virtual clock time stands still while it hands out jobs. */
export class MemoryQueue implements Queue {
  readonly #entries = new Map<string, Entry>();
  readonly #hands = new Set<Hands>();

  async add(job: Job): Promise<void> {
    const id = jobIdOf(job);
    if (!this.#entries.has(id)) this.#entries.set(id, { job, state: "waiting" });
    queueMicrotask(() => this.#handOut());
  }

  /** Loses everything: what runs goes on, and nobody knows of it. */
  empty(): void {
    this.#entries.clear();
  }

  /** False where somebody has it, or nobody added it. */
  remove(job: Job): boolean {
    const id = jobIdOf(job);
    return this.#entries.get(id)?.state === "waiting" && this.#entries.delete(id);
  }

  async stateOf(job: Job): ReturnType<Queue["stateOf"]> {
    return this.#entries.get(jobIdOf(job))?.state ?? "absent";
  }

  async work(handler: (job: Job) => Promise<void>): Promise<QueueWorker> {
    const hands: Hands = { handler, running: new Set() };
    this.#hands.add(hands);
    queueMicrotask(() => this.#handOut());
    return {
      close: async () => {
        this.#hands.delete(hands);
        await Promise.all(hands.running);
      },
    };
  }

  #handOut(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state !== "waiting") continue;
      const hands = [...this.#hands].find(({ running }) => running.size < CONCURRENCY);
      if (!hands) return;
      entry.state = "active";
      const run = this.#run(entry, hands).finally(() => {
        hands.running.delete(run);
        this.#handOut();
      });
      hands.running.add(run);
    }
  }

  async #run(entry: Entry, { handler }: Hands): Promise<void> {
    try {
      await handler(entry.job);
      entry.state = "done";
    } catch {
      entry.state = "failed";
    }
  }
}

interface Entry {
  readonly job: Job;
  state: Awaited<ReturnType<Queue["stateOf"]>>;
}

interface Hands {
  readonly handler: (job: Job) => Promise<void>;
  readonly running: Set<Promise<void>>;
}

const CONCURRENCY = 16;
