import type { OperationPlan, PlannedStep } from "../../../src/domain/plan.ts";
import { bindScale } from "../../../src/drivers/scale/registry.ts";
import { scaleSchema } from "../../../src/drivers/scale/scale.ts";
import type { Cluster } from "../../../src/engine/ports/cluster.ts";
import type { Binder } from "../../../src/engine/work.ts";
import { MemoryCluster } from "../../fakes/memory-cluster.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

export const FIRST = 1;
export const DESIRED = 4;
export const EPOCH = 7;
export const TIMEOUT_MS = 30_000;

/** What outlives the processes: a cluster of three workloads, the journal, and time. */
export class World {
  readonly clock = new VirtualClock();
  readonly journal = new MemoryJournal();
  readonly cluster = new MemoryCluster(this.clock, { networkMs: 10, podsMs: 2_000 });

  constructor() {
    for (const name of ["a", "b", "c"]) this.cluster.add({ name }, FIRST);
  }
}

/** `a` and `b` side by side, and then, where the plan keeps, `c`, which can't be taken back. */
export function planOf(ends: OperationPlan["ends"]): OperationPlan {
  const scale = (step: Pick<PlannedStep, "id" | "needs" | "onFailure" | "irreversible">) => {
    const desired = { replicas: DESIRED };
    return { ...step, uses: "scale", subject: step.id, desired, sources: {} };
  };
  const first = { needs: [], onFailure: "undo" } as const;
  const reversible = [scale({ ...first, id: "a" }), scale({ ...first, id: "b" })];
  const final = scale({ id: "c", needs: ["a", "b"], onFailure: "hold", irreversible: true });
  const steps = ends === "keep" ? [...reversible, final] : reversible;
  return {
    id: "op-1",
    application: "shop",
    kind: "move",
    epoch: EPOCH,
    ends,
    from: "blue",
    to: "green",
    objectives: { rtoMs: 5_000, rpoMs: 2_000 },
    steps: steps.map((step) => ({ ...step, timeoutMs: TIMEOUT_MS })),
  };
}

export function binderOn(cluster: Cluster): Binder {
  return ({ subject = "", desired }) => {
    const config = { driver: "deployment", namespace: "default", deployment: subject } as const;
    return { action: bindScale(config, scaleSchema.parse(desired), { cluster }) };
  };
}
