import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "@jest/globals";
import { Queue as RawQueue } from "bullmq";
import { Cluster, Redis } from "ioredis";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { BullQueue } from "../../src/adapters/queue/bull-queue.ts";
import type { SharedQueueOptions } from "../../src/adapters/queue/redis-queue.ts";
import { createJobSeal } from "../../src/adapters/queue/sealed-job.ts";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import type { PostgresPlace } from "../../src/adapters/storage/postgres-place.ts";
import type { Job } from "../../src/domain/job.ts";
import { eventually } from "../fakes/until.ts";
import { REDIS_PASSWORD } from "../servers/redis.ts";
import { inState, JOB, QUEUE_KEY } from "./queue.ts";

/** Opens queues of one place as processes would do it that share it, and closes them all. */
export class SharedQueues {
  readonly forged: string[] = [];
  readonly #open: (options: SharedQueueOptions) => Promise<BullQueue>;
  readonly #opened: BullQueue[] = [];

  constructor(open: (options: SharedQueueOptions) => Promise<BullQueue>) {
    this.#open = open;
  }

  async open(): Promise<BullQueue> {
    this.forged.length = 0;
    const queue = await this.#open({
      clock: new SystemClock(),
      seal: createJobSeal([QUEUE_KEY]),
      onForged: (detail) => this.forged.push(detail),
      onError: () => undefined,
    });
    this.#opened.push(queue);
    return queue;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((queue) => queue.close()));
  }
}

/** That what one process is through with is told in another. */
export async function hearsOfOthers(queues: SharedQueues): Promise<void> {
  const [one, two] = [await queues.open(), await queues.open()];
  let told = 0;
  one.onOver(() => {
    told += 1;
  });
  const worker = await two.work(async ({ attempt }) => {
    if (attempt % 2 === 0) throw new Error("no result");
  });
  let attempt = 0;
  // Listening begins beside whoever asked for it.
  await eventually(
    async () => {
      attempt += 1;
      await one.add({ ...JOB, attempt });
      return told >= 4;
    },
    { withinMs: 20_000, everyMs: 50 },
  );
  await worker.close();
}

/** That what nobody has begun can be taken back, and nothing else; and that a pause is seen by all. */
export async function takesBack(queues: SharedQueues): Promise<void> {
  const [one, two] = [await queues.open(), await queues.open()];
  expect(await one.withdraw(JOB)).toBe(false);
  await one.add(JOB);
  expect(await two.withdraw(JOB)).toBe(true);
  expect(await one.stateOf(JOB)).toBe("absent");
  expect(await one.withdraw(JOB)).toBe(false);
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const given: Job[] = [];
  const worker = await two.work(async (job) => {
    given.push(job);
    await ended;
  });
  await one.add(other(2));
  await inState(one, other(2), "active");
  expect(await one.withdraw(other(2))).toBe(false);
  end();
  await inState(one, other(2), "done");
  expect(await one.withdraw(other(2))).toBe(false);
  expect(given).toEqual([other(2)]);
  expect(await one.isPaused()).toBe(false);
  await one.pause();
  expect(await two.isPaused()).toBe(true);
  await one.add(other(3));
  expect(await one.withdraw(other(3))).toBe(true);
  await two.resume();
  expect(await one.isPaused()).toBe(false);
  await worker.close();
}

/** A worker in a process of its own, of the built code; settles when it is at work. */
async function startWorker(place: RedisPlace | PostgresPlace) {
  const root = join(import.meta.dirname, "..", "..");
  const script = join(import.meta.dirname, "work-until-killed.mjs");
  const adapters = join(root, "dist", "src", "adapters");
  const worker = spawn(process.execPath, [script, adapters, JSON.stringify(place), QUEUE_KEY], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  const lines = createInterface({ input: worker.stdout });
  lines.on("line", (line) => said.push(line));
  await once(lines, "line");
  return { said, kill: () => kill(worker) };
}

export const AWAY = { code: "GL_QUEUE_AWAY" };

export const other = (attempt: number): Job => ({ ...JOB, attempt });

export const noSeal = {
  seal: () => {
    throw new Error("nothing is added");
  },
  open: () => ({ whyForged: "nothing is given" }),
};

/** As the engine does it. */
export async function keepAdding(queue: { add(job: Job): Promise<void> }, job: Job): Promise<void> {
  const added = () =>
    queue.add(job).then(
      () => true,
      () => false,
    );
  await eventually(added, { withinMs: 30_000, everyMs: 50 });
}

export async function provesDeath(
  queues: SharedQueues,
  place: Parameters<typeof startWorker>[0],
): Promise<void> {
  const queue = await queues.open();
  const dead = await startWorker(place);
  await queue.add(JOB);
  await eventually(() => dead.said.includes("a"), { withinMs: 10_000 });
  const given: Job[] = [];
  const worker = await queue.work(async (job) => void given.push(job));
  expect(await queue.stateOf(JOB)).toBe("active");
  await dead.kill();
  await inState(queue, JOB, "failed");
  await queue.add(other(2));
  await inState(queue, other(2), "done");
  expect(given).toEqual([other(2)]);
  await worker.close();
}

export async function forgeInRedis(place: RedisPlace, id: string, data: unknown): Promise<void> {
  const [host, port] = ["127.0.0.1", portOf(place)];
  const settings = { password: REDIS_PASSWORD, maxRetriesPerRequest: null };
  const connection =
    place.mode === "cluster"
      ? new Cluster([{ host, port }], { redisOptions: settings })
      : new Redis({ host, port, ...settings });
  const queue = new RawQueue<unknown>("step", { connection, prefix: "{greenlight}" });
  await queue.add("step", data, { jobId: id, attempts: 3 });
  await queue.close();
  connection.disconnect();
}

function portOf(place: RedisPlace): number {
  const [first = ""] = place.mode === "cluster" ? place.nodes : [];
  return Number((place.mode === "standalone" ? place.address : first).split(":")[1]);
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, "exit");
  worker.kill("SIGKILL");
  await ended;
}
