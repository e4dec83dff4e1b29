import type { OperationFact } from "../../src/domain/event.ts";
import type { OperationPlan, PlannedStep, Step } from "../../src/domain/plan.ts";
import { runAttempt } from "../../src/engine/attempt.ts";
import { Bell } from "../../src/engine/bell.ts";
import { drive } from "../../src/engine/drive.ts";
import { Payments } from "../../src/engine/payment.ts";
import type { Deed, Work } from "../../src/engine/work.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { MemoryQueue } from "./memory-queue.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** One operation `op` of the given steps, a journal that has it, and a worker. */
export function createRig(works: readonly Work[], ends: OperationPlan["ends"] = "keep") {
  const clock = new VirtualClock();
  const journal = new MemoryJournal();
  const queue = new MemoryQueue();
  const bell = new Bell();
  /** Does what is owed answer? */
  const target = { answers: false };
  const payments = new Payments(clock, () => target.answers);
  const stop = new AbortController();
  const deeds = new Map(works.map((work): [string, Deed] => [work.id, work]));
  const plan = planOf(works, ends);
  const binder = ({ id }: PlannedStep): Deed => deeds.get(id) as Deed;
  const tools = { clock, journal, binder, signal: stop.signal, pollMs: 100 };
  const record = (fact: OperationFact) =>
    journal.append({ ...fact, stream: "op", epoch: plan.epoch, at: clock.wallMs() });
  const open = async () => {
    if ((await journal.read("op")).length > 0) return;
    await record({ type: "operation.opened", plan, ...BECAUSE });
  };
  return {
    clock,
    journal,
    queue,
    bell,
    stop,
    target,
    plan,
    tools,
    record,
    /** What a worker does with a job. */
    attempt: (job: Parameters<typeof runAttempt>[0]) => runAttempt(job, tools),
    /** Opens it where it is not, and leads it in one process, with a worker. */
    lead: async (signal = stop.signal) => {
      await open();
      const worker = await queue.work((job) =>
        runAttempt(job, { ...tools, signal }).finally(() => bell.ring()),
      );
      try {
        return await drive("op", { clock, journal, queue, bell, payments, signal });
      } finally {
        worker.close().catch(() => undefined);
      }
    },
    open,
    types: async () => (await journal.read("op")).map(({ type }) => type),
    stepsOf: async (type: string) =>
      (await journal.read("op")).flatMap((e) => ("step" in e && e.type === type ? [e.step] : [])),
  };
}

/** What a plan's step has beside, where it is told so. */
type OwingStep = Step & { readonly owes?: string };

function planOf(steps: readonly Step[], ends: OperationPlan["ends"]): OperationPlan {
  return {
    id: "op",
    application: "shop",
    kind: "move",
    epoch: 1,
    ends,
    from: "blue",
    to: "green",
    objectives: { rtoMs: 5_000, rpoMs: 2_000 },
    steps: steps.map(({ id, needs, timeoutMs, onFailure, irreversible, owes }: OwingStep) => ({
      id,
      needs,
      timeoutMs,
      onFailure,
      uses: "test",
      desired: null,
      sources: {},
      ...(irreversible && { irreversible }),
      ...(owes !== undefined && { owes }),
    })),
  };
}

const BECAUSE = { planHash: "", by: "alice", reason: "because", cause: null } as const;
