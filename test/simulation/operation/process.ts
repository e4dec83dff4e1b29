import { codeOf } from "../../../src/domain/errors.ts";
import type { Outcome } from "../../../src/domain/event.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import { runAttempt } from "../../../src/engine/attempt.ts";
import { Bell } from "../../../src/engine/bell.ts";
import { drive } from "../../../src/engine/drive.ts";
import { Payments } from "../../../src/engine/payment.ts";
import type { Cluster } from "../../../src/engine/ports/cluster.ts";
import type { Journal } from "../../../src/engine/ports/journal.ts";
import { MemoryQueue } from "../../fakes/memory-queue.ts";
import { binderOn, planOf, type World } from "./world.ts";

/** What one process sees of the world. After `crash()` nothing of it goes on. */
export interface Process {
  readonly cluster: Cluster;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  crash(): void;
}

/** Makes something go wrong for one process: the first is number 1. */
export type Fault = (process: Process, world: World, number: number) => Process;

interface Run {
  readonly ends: OperationPlan["ends"];
  readonly queue?: MemoryQueue;
}

/**
 * Runs the operation; after each crash in a new process, which has nothing but the journal: the
 * queue is as empty as the one that a dead process left behind. `waiting`: it is held.
 */
export async function runToEnd(world: World, ends: OperationPlan["ends"], fault: Fault) {
  for (let number = 1; number <= MAX_PROCESSES; number += 1) {
    const process = fault(createProcess(world), world, number);
    try {
      return await world.clock.run(() => runOnce(world, process, { ends }));
    } catch (error) {
      if (!process.signal.aborted) throw error;
    }
  }
  throw new Error(`no end after ${MAX_PROCESSES} processes`);
}

export async function runOnce(
  { clock }: World,
  { cluster, journal, signal }: Process,
  { ends, queue = new MemoryQueue() }: Run,
): Promise<Outcome | "waiting"> {
  const plan = planOf(ends);
  const opened = { planHash: "", by: "alice", reason: "because", cause: null };
  if ((await journal.read(plan.id)).length === 0) {
    const draft = { type: "operation.opened", plan, ...opened } as const;
    const at = { stream: plan.id, epoch: plan.epoch, at: clock.wallMs() };
    await journal.append({ ...draft, ...at }).catch((error) => {
      if (codeOf(error) !== "GL_STEP_CLAIMED") throw error;
    });
  }
  const bell = new Bell();
  const binder = binderOn(cluster);
  const tools = { clock, journal, binder, signal, pollMs: 1_000 };
  const worker = await queue.work((job) => runAttempt(job, tools).finally(() => bell.ring()));
  try {
    return await drive(plan.id, {
      clock,
      journal,
      queue,
      bell,
      payments: new Payments(clock),
      signal,
    });
  } finally {
    worker.close().catch(() => undefined);
  }
}

export function createProcess({ cluster, journal }: World): Process {
  const life = new AbortController();
  return {
    signal: life.signal,
    crash: () => life.abort(new Error("crash")),
    cluster,
    journal: {
      append: async (draft) => {
        life.signal.throwIfAborted();
        return await journal.append(draft);
      },
      read: (stream) => journal.read(stream),
      last: (stream) => journal.last(stream),
      follow: (...page) => journal.follow(...page),
      head: () => journal.head(),
      openOperations: () => journal.openOperations(),
      operations: (options) => journal.operations(options),
    },
  };
}

const MAX_PROCESSES = 5;
