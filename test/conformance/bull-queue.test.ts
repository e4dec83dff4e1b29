import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { BullQueue } from "../../src/adapters/queue/bull-queue.ts";
import { openEmbeddedQueue } from "../../src/adapters/queue/embedded-bull.ts";
import type { EmbeddedStorage } from "../../src/adapters/storage/embedded-storage.ts";
import type { Job } from "../../src/domain/job.ts";
import { OPENED_WITHIN_MS, openScratch } from "../fakes/scratch-storage.ts";
import { eventually } from "../fakes/until.ts";
import { describeQueue, inState, JOB } from "./queue.ts";

jest.setTimeout(OPENED_WITHIN_MS);

let storage: EmbeddedStorage;
let queue: BullQueue;

beforeAll(async () => {
  storage = await openScratch();
});

afterAll(() => storage.close());

describeQueue({ name: "BullMQ on the embedded storage", open, close: () => queue.close() });

test("a paused queue gives out nothing, also not after it was opened again", async () => {
  await open();
  await queue.pause();
  await queue.close();
  await open();
  const given: Job[] = [];
  const worker = await queue.work(async (job) => void given.push(job));
  await queue.add(JOB);
  // Each answer comes behind all that the worker had asked the database before.
  for (let i = 0; i < 20; i += 1) expect(await queue.stateOf(JOB)).toBe("waiting");
  expect(given).toEqual([]);
  await queue.resume();
  await inState(queue, JOB, "done");
  await worker.close();
  await queue.close();
});

test("a job that a dead process had taken is forgotten, and runs when it is added again", async () => {
  await open();
  await queue.add(JOB);
  await storage.database.query(
    "UPDATE bullmq.job SET state = 'active', lock_token = 'x', locked_until_ms = 9e15::bigint",
  );
  expect(await queue.stateOf(JOB)).toBe("active");
  await queue.close();
  await open();
  expect(await queue.stateOf(JOB)).toBe("absent");
  const worker = await queue.work(async () => undefined);
  await queue.add(JOB);
  await inState(queue, JOB, "done");
  await worker.close();
  await queue.close();
});

test("what is in our hands is active, whatever became of its lock and of its row", async () => {
  await open();
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let isBegun = false;
  const worker = await queue.work(async () => {
    isBegun = true;
    await finished;
  });
  await queue.add(JOB);
  await eventually(() => isBegun, { withinMs: 10_000 });
  await storage.database.query("DELETE FROM bullmq.job");
  expect(await queue.stateOf(JOB)).toBe("active");
  finish();
  await inState(queue, JOB, "absent");
  await worker.close();
  await queue.close();
});

test(
  "a queue whose storage is gone says so",
  async () => {
    const gone = await openScratch();
    const lost = await openEmbeddedQueue({ ...options(), database: gone.database });
    await gone.close();
    await expect(lost.add(JOB)).rejects.toMatchObject({ code: "GL_QUEUE_AWAY" });
    await expect(lost.stateOf(JOB)).rejects.toMatchObject({ code: "GL_QUEUE_AWAY" });
  },
  OPENED_WITHIN_MS,
);

async function open(): Promise<BullQueue> {
  queue = await openEmbeddedQueue(options());
  return queue;
}

function options() {
  return { database: storage.database, clock: new SystemClock(), onError: () => undefined };
}
