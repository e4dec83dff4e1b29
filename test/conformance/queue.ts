import { afterEach, describe, expect, test } from "@jest/globals";
import { createJobSeal } from "../../src/adapters/queue/sealed-job.ts";
import { type Job, jobIdOf } from "../../src/domain/job.ts";
import type { Queue, QueueWorker } from "../../src/engine/ports/queue.ts";
import { eventually } from "../fakes/until.ts";

export interface Subject {
  readonly name: string;
  /** An empty one. */
  readonly open: () => Promise<Queue>;
  readonly close?: () => Promise<void>;
  /** Where jobs are sealed: puts a job there behind the queue's back, with this for its data. */
  readonly forge?: (id: string, data: unknown) => Promise<void>;
  /** What the queue has told of forged jobs since it was opened. */
  readonly forged?: readonly string[];
}

export const JOB: Job = { operation: "op1", step: "a", leg: "step", attempt: 1, epoch: 4 };

/** What every queue owes the engine. */
export function describeQueue({ name, open, close, forge, forged }: Subject): void {
  describe(`${name} conforms`, () => {
    const workers: QueueWorker[] = [];
    const employ = async (queue: Queue, handler: (job: Job) => Promise<void>) => {
      const worker = await queue.work(handler);
      workers.push(worker);
      return worker;
    };

    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close()));
      await close?.();
    });

    test("a job is given out once, as it was added, and is done", async () => {
      const queue = await open();
      const given: Job[] = [];
      await employ(queue, async (job) => void given.push(job));
      expect(await queue.stateOf(JOB)).toBe("absent");
      await queue.add(JOB);
      await inState(queue, JOB, "done");
      await queue.add(JOB);
      await queue.add(OTHER);
      await inState(queue, OTHER, "done");
      expect(given).toEqual([JOB, OTHER]);
      expect(await queue.stateOf(JOB)).toBe("done");
    });

    test("the same job added at once from two sides is one job", async () => {
      const queue = await open();
      const given: Job[] = [];
      await Promise.all([queue.add(JOB), queue.add(JOB)]);
      await queue.add(OTHER);
      await employ(queue, async (job) => void given.push(job));
      await inState(queue, OTHER, "done");
      expect(given).toEqual([JOB, OTHER]);
    });

    test("another attempt, the undo, another step and another operation are other jobs", async () => {
      const queue = await open();
      const all: readonly Job[] = [
        JOB,
        { ...JOB, attempt: 2 },
        { ...JOB, leg: "undo" },
        { ...JOB, step: "b-2" },
        { ...JOB, operation: "op2" },
      ];
      const given: Job[] = [];
      await employ(queue, async (job) => void given.push(job));
      for (const job of all) await queue.add(job);
      for (const job of all) await inState(queue, job, "done");
      expect(given).toHaveLength(all.length);
    });

    test("without a worker a job waits; a worker that comes later gets it", async () => {
      const queue = await open();
      await queue.add(JOB);
      expect(await queue.stateOf(JOB)).toBe("waiting");
      await employ(queue, async () => undefined);
      await inState(queue, JOB, "done");
    });

    test("several jobs run at once", async () => {
      const queue = await open();
      const gate = new Gate();
      await employ(queue, () => gate.opened);
      await Promise.all([1, 2, 3, 4].map((attempt) => queue.add({ ...JOB, attempt })));
      for (const attempt of [1, 2, 3, 4]) await inState(queue, { ...JOB, attempt }, "active");
      gate.open();
      for (const attempt of [1, 2, 3, 4]) await inState(queue, { ...JOB, attempt }, "done");
    });

    test("a handler that rejects fails its job for good, and no other", async () => {
      const queue = await open();
      const given: string[] = [];
      await employ(queue, async ({ step }) => {
        given.push(step);
        if (step === "a") throw new Error("broken");
      });
      await queue.add(JOB);
      await inState(queue, JOB, "failed");
      await queue.add(JOB);
      await queue.add(OTHER);
      await inState(queue, OTHER, "done");
      expect(await queue.stateOf(JOB)).toBe("failed");
      expect(given).toEqual(["a", "b"]);
    });

    test("closing a worker waits for what it runs, and it begins nothing more", async () => {
      const queue = await open();
      const gate = new Gate();
      let isBegun = false;
      const worker = await employ(queue, () => {
        isBegun = true;
        return gate.opened;
      });
      await queue.add(JOB);
      await eventually(() => isBegun, { withinMs: 30_000 });
      let closed = false;
      const closing = worker.close().then(() => {
        closed = true;
      });
      await queue.add(OTHER);
      expect(closed).toBe(false);
      gate.open();
      await closing;
      await inState(queue, JOB, "done");
      expect(await queue.stateOf(OTHER)).toBe("waiting");
      await employ(queue, async () => undefined);
      await inState(queue, OTHER, "done");
    });

    if (forge && forged)
      test("a job that is forged or altered is told of and fails, and nobody is given it", async () => {
        const queue = await open();
        const given: Job[] = [];
        await employ(queue, async (job) => void given.push(job));
        const sealed = createJobSeal([QUEUE_KEY]).seal(JOB);
        const altered = { ...sealed, job: { ...JOB, epoch: 5 } };
        const forgeries: readonly unknown[] = [
          JOB,
          null,
          "x".repeat(1000),
          altered,
          { ...sealed, more: 1 },
          { ...sealed, job: { ...JOB, more: 1 } },
          { ...sealed, mac: "0".repeat(64) },
          createJobSeal(["another key of the tests"]).seal(JOB),
        ];
        for (const [i, data] of forgeries.entries()) {
          const job = { ...JOB, attempt: i + 10 };
          await forge(jobIdOf(job), data);
          await inState(queue, job, "failed");
          expect(forged.at(-1)).toMatch(new RegExp(`^${jobIdOf(job)}: [a-z ]+$`));
        }
        await forge("op1-a-99", sealed);
        await inState(queue, { ...JOB, attempt: 99 }, "failed");
        expect(forged).toHaveLength(forgeries.length + 1);
        await queue.add(OTHER);
        await inState(queue, OTHER, "done");
        expect(given).toEqual([OTHER]);
      });

    test("of two workers one gets a job", async () => {
      const queue = await open();
      const given: Job[] = [];
      for (let i = 0; i < 2; i += 1) await employ(queue, async (job) => void given.push(job));
      const jobs = Array.from({ length: 20 }, (_, i) => ({ ...JOB, attempt: i + 1 }));
      await Promise.all(jobs.map((job) => queue.add(job)));
      for (const job of jobs) await inState(queue, job, "done");
      expect(given.map(({ attempt }) => attempt).toSorted((a, b) => a - b)).toEqual(
        jobs.map(({ attempt }) => attempt),
      );
    });
  });
}

/** Of the queues that seal. */
export const QUEUE_KEY = "a key of the queue's tests";

export async function inState(queue: Queue, job: Job, state: string): Promise<void> {
  await eventually(async () => (await queue.stateOf(job)) === state, { withinMs: 30_000 });
}

const OTHER: Job = { ...JOB, step: "b" };

class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
