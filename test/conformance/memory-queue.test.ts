import { expect, test } from "@jest/globals";
import { MemoryQueue } from "../fakes/memory-queue.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeQueue, JOB } from "./queue.ts";

describeQueue({ name: "memory queue", open: async () => new MemoryQueue() });

test("the memory queue takes no virtual time", async () => {
  const clock = new VirtualClock();
  const queue = new MemoryQueue();
  const startedMs = await clock.run(async () => {
    const started = new Promise<number>((resolve, reject) => {
      queue.work(async () => resolve(clock.monotonicMs())).catch(reject);
    });
    await queue.add(JOB);
    return await started;
  });
  expect(startedMs).toBe(0);
});
