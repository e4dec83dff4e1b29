import { expect, test } from "@jest/globals";
import { GreenlightError } from "../../../src/domain/errors.ts";
import type { Job } from "../../../src/domain/job.ts";
import { FallbackQueue } from "../../../src/engine/fallback-queue.ts";
import { MemoryQueue } from "../../fakes/memory-queue.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const away = () => new GreenlightError("GL_QUEUE_AWAY", "it is away");
const jobOf = (attempt: number): Job => ({
  operation: "op-1",
  step: "scale",
  leg: "step",
  attempt,
  epoch: 1,
});

/** What processes share, behind a line that can be cut. */
class Line extends MemoryQueue {
  isCut = false;

  override async add(job: Job) {
    if (this.isCut) throw away();
    await super.add(job);
  }

  override async stateOf(job: Job) {
    if (this.isCut) throw away();
    return await super.stateOf(job);
  }

  async close() {}
}

function setup({ isAlone = () => false }: { readonly isAlone?: () => boolean } = {}) {
  const clock = new VirtualClock();
  const life = new AbortController();
  const line = new Line();
  const told: (string | undefined)[] = [];
  const ran: number[] = [];
  const open = async () => {
    if (line.isCut) throw away();
    return line;
  };
  const onChange = (why: string | undefined) => told.push(why);
  const queue = new FallbackQueue({ clock, signal: life.signal, open, isAlone, onChange });
  const sleep = (ms: number) => clock.sleep(ms, life.signal);
  const begin = async () => {
    await queue.work(async ({ attempt }) => {
      ran.push(attempt);
      if (attempt === 9) throw new Error("it fails");
    });
    queue.run().catch(() => undefined);
    await sleep(1);
  };
  return { clock, line, told, ran, queue, sleep, begin, run: clock.run.bind(clock) };
}

test("while it is there, jobs go through the shared queue", async () => {
  const { run, begin, queue, line, ran, sleep, told } = setup();
  await run(async () => {
    await begin();
    await queue.add(jobOf(1));
    await sleep(1);
    expect(await line.stateOf(jobOf(1))).toBe("done");
    expect(await queue.stateOf(jobOf(1))).toBe("done");
  });
  expect(ran).toEqual([1]);
  expect(told).toEqual([]);
});

test("while it is away, this process runs them itself, each once, and knows how they ended", async () => {
  const { run, begin, queue, line, ran, sleep, told } = setup();
  await run(async () => {
    await begin();
    line.isCut = true;
    for (const attempt of [1, 1, 9]) await queue.add(jobOf(attempt));
    await sleep(1);
    expect(await queue.stateOf(jobOf(1))).toBe("done");
    expect(await queue.stateOf(jobOf(9))).toBe("failed");
    line.isCut = false;
    await sleep(1_000);
    await queue.add(jobOf(2));
    expect(await line.stateOf(jobOf(2))).not.toBe("absent");
  });
  expect(ran.slice(0, 2)).toEqual([1, 9]);
  expect(told).toEqual([expect.stringContaining("away"), undefined]);
});

test("what another took before counts as under way for a moment, and then as lost", async () => {
  const { run, begin, queue, line, sleep } = setup();
  await run(async () => {
    await begin();
    line.isCut = true;
    expect(await queue.stateOf(jobOf(5))).toBe("active");
    await sleep(1_500);
    expect(await queue.stateOf(jobOf(5))).toBe("absent");
  });
});

test("one that is away at the start is opened later", async () => {
  const { run, begin, queue, line, ran, sleep } = setup();
  await run(async () => {
    line.isCut = true;
    await begin();
    await queue.add(jobOf(1));
    await sleep(1);
    expect(ran).toEqual([1]);
    line.isCut = false;
    await sleep(1_000);
    await queue.add(jobOf(2));
    expect(await line.stateOf(jobOf(2))).not.toBe("absent");
  });
});

test("what others can't know of is run here, though the queue is there", async () => {
  const { run, begin, queue, line, ran, sleep } = setup({ isAlone: () => true });
  await run(async () => {
    await begin();
    await queue.add(jobOf(1));
    await sleep(1);
    expect(await line.stateOf(jobOf(1))).toBe("absent");
  });
  expect(ran).toEqual([1]);
});
