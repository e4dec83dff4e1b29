import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { BullQueue } from "../../src/adapters/queue/bull-queue.ts";
import type { SharedQueueOptions } from "../../src/adapters/queue/redis-queue.ts";
import { createJobSeal } from "../../src/adapters/queue/sealed-job.ts";
import type { RedisPlace } from "../../src/adapters/redis/redis-place.ts";
import type { PostgresPlace } from "../../src/adapters/storage/postgres-place.ts";
import { QUEUE_KEY } from "./queue.ts";

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

/** A worker in a process of its own, of the built code; settles when it is at work. */
export async function startWorker(place: RedisPlace | PostgresPlace) {
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

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, "exit");
  worker.kill("SIGKILL");
  await ended;
}
