import { sha256 } from "../../src/adapters/digest/sha256.ts";
import type { PlannedStep } from "../../src/domain/plan.ts";
import type { Runbook, RunbookStep } from "../../src/domain/runbook.ts";
import type { News } from "../../src/engine/news.ts";
import { Operations } from "../../src/engine/operations.ts";
import type { Deed } from "../../src/engine/work.ts";
import { application } from "./circumstances.ts";
import { createLeases } from "./clusters.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { MemoryQueue } from "./memory-queue.ts";
import { createSwitch } from "./switch.ts";

const step = (id: string, more: Partial<RunbookStep> = {}): RunbookStep => {
  return {
    id,
    uses: "test",
    desired: null,
    needs: [],
    timeoutMs: 5_000,
    onFailure: "undo",
    ...more,
  };
};

/** Two steps, the second of them final. */
export const RUNBOOK: Runbook = {
  kind: "failover",
  ends: "keep",
  steps: [step("a"), step("b", { needs: ["a"], onFailure: "hold", irreversible: true })],
};

/** Processes over the same Leases, journal and queue, whose steps are switches. */
export function createOperationsWorld() {
  const world = createLeases();
  const { clock, leases } = world;
  for (const one of [world.blue, world.green]) {
    const next = { epoch: 0, sequence: 0, primary: "blue", durationMs: 5_000 };
    one.write("shop", { seen: undefined, next });
  }
  const journal = new MemoryJournal();
  const queue = new MemoryQueue();
  const restoring = () => createSwitch();
  const deeds: Record<string, Deed & { action: ReturnType<typeof createSwitch> }> = {
    a: { action: createSwitch({ restoring }) },
    b: { action: createSwitch() },
  };
  let ids = 0;
  const start = async (holder = "one", isAlone = () => false) => {
    const life = new AbortController();
    const { signal } = life;
    const news: News[] = [];
    const operations = new Operations({
      clock,
      signal,
      holder,
      leases,
      journal,
      queue,
      digest: sha256,
      chance: { id: () => String(++ids), fraction: () => 0 },
      binder: ({ id }: PlannedStep) => deeds[id] as Deed,
      pollMs: 25,
      isAlone,
      onNews: (one) => void news.push(one),
    });
    const worker = await queue.work((job) => operations.attempt(job));
    const kill = () => {
      life.abort(new Error("killed"));
      worker.close().catch(() => undefined);
    };
    return { operations, news, kill, states: () => news.map(({ state }) => state) };
  };
  const opening = {
    application,
    runbook: RUNBOOK,
    from: "blue",
    to: "green",
    bindings: {},
    known: { epoch: 0, sequence: 0 },
  };
  const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
  return {
    ...world,
    journal,
    queue,
    deeds,
    start,
    sleep,
    opening: { ...opening, by: "alice", reason: "because", cause: null },
    types: async (id = "op-1") => (await journal.read(id)).map(({ type }) => type),
    endOf: async (id = "op-1") =>
      (await journal.read(id)).find((event) => event.type === "operation.ended"),
  };
}
