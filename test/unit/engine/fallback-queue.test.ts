import { describe, expect, test } from "@jest/globals";
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

  /** This process's own line to its jobs is dead. */
  isDeaf = false;
  isHalted = false;

  override async work(handler: (job: Job) => Promise<void>) {
    return this.isDeaf ? { close: async () => undefined } : await super.work(handler);
  }

  /** Another process's. */
  async employ(handler: (job: Job) => Promise<void>) {
    await super.work(handler);
  }

  async withdraw(job: Job) {
    return this.remove(job);
  }

  async isPaused() {
    return this.isHalted;
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
  const pauses: boolean[] = [];
  const onPause = (isPaused: boolean) => pauses.push(isPaused);
  const how = { clock, signal: life.signal, open, isAlone, onChange, onPause };
  const queue = new FallbackQueue(how);
  const sleep = (ms: number) => clock.sleep(ms, life.signal);
  const begin = async () => {
    await queue.work(async ({ attempt }) => {
      ran.push(attempt);
      if (attempt === 9) throw new Error("it fails");
    });
    queue.run().catch(() => undefined);
    await sleep(1);
  };
  /** As who leads an operation does: it asks again and again. */
  const states = async (job: Job, forMs: number) => {
    const seen: string[] = [];
    for (let ms = 0; ms <= forMs; ms += 500) {
      const state = await queue.stateOf(job);
      if (seen.at(-1) !== state) seen.push(state);
      await sleep(500);
    }
    return seen;
  };
  return {
    clock,
    line,
    told,
    pauses,
    states,
    ran,
    queue,
    sleep,
    begin,
    run: clock.run.bind(clock),
  };
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

describe("a job that nobody takes", () => {
  test("is taken back after two seconds and run here, and what comes next is not handed out", async () => {
    const { run, begin, queue, line, ran, sleep, states, pauses } = setup();
    line.isDeaf = true;
    await run(async () => {
      await begin();
      await queue.add(jobOf(1));
      expect(await states(jobOf(1), 1_500)).toEqual(["waiting"]);
      expect(ran).toEqual([]);
      expect(await states(jobOf(1), 1_000)).toEqual(["active", "done"]);
      expect(await line.stateOf(jobOf(1))).toBe("absent");
      await queue.add(jobOf(2));
      await sleep(1);
      expect(ran).toEqual([1, 2]);
      expect(await line.stateOf(jobOf(2))).toBe("absent");
      // Somebody may be there again: it is tried, and taken by another process.
      await sleep(15_000);
      await line.employ(async () => undefined);
      await queue.add(jobOf(3));
      expect(await states(jobOf(3), 3_000)).toEqual(["done"]);
    });
    expect(ran).toEqual([1, 2]);
    expect(pauses).toEqual([]);
  });

  test("is left to who takes it in that moment", async () => {
    const { run, begin, queue, line, ran, states } = setup();
    line.isDeaf = true;
    await run(async () => {
      await begin();
      await queue.add(jobOf(1));
      expect(await states(jobOf(1), 1_500)).toEqual(["waiting"]);
      line.withdraw = async () => false;
      expect(await states(jobOf(1), 1_000)).toEqual(["waiting"]);
    });
    expect(ran).toEqual([]);
  });

  test("is not begun while the queue is paused: people are told once, and that it goes on", async () => {
    const { run, begin, queue, line, ran, sleep, states, pauses } = setup();
    line.isDeaf = true;
    line.isHalted = true;
    await run(async () => {
      await begin();
      for (const attempt of [1, 2]) await queue.add(jobOf(attempt));
      const both = [states(jobOf(1), 20_000), states(jobOf(2), 20_000)];
      expect(await Promise.all(both)).toEqual([["waiting"], ["waiting"]]);
      expect([ran, pauses]).toEqual([[], [true]]);
      line.isHalted = false;
      await line.employ(async () => undefined);
      await sleep(1);
      expect(await states(jobOf(1), 500)).toEqual(["done"]);
      expect(pauses).toEqual([true, false]);
    });
    expect(ran).toEqual([]);
  });

  test("nor is what comes next, where it was paused since the one before was taken back", async () => {
    const { run, begin, queue, line, ran, sleep, states } = setup();
    line.isDeaf = true;
    await run(async () => {
      await begin();
      await queue.add(jobOf(1));
      await states(jobOf(1), 3_000);
      line.isHalted = true;
      await queue.add(jobOf(2));
      await sleep(1);
      expect(await line.stateOf(jobOf(2))).toBe("waiting");
    });
    expect(ran).toEqual([1]);
  });
});
