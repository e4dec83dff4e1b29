import type { DecisionContext } from "../domain/guard.ts";
import type { Memory } from "../domain/memory.ts";
import type { Suspicion } from "../domain/suspicion.ts";
import type { Recollection } from "./recollection.ts";
import type { Surveyor } from "./surveyor.ts";

export interface NoteTakerTools {
  readonly surveyor: Surveyor;
  readonly recollection: Recollection;
}

/** What was seen for the first time goes into the journal, and a first failure has all read anew. */
export class NoteTaker {
  readonly #tools: NoteTakerTools;
  /** Did something fail at the turn before? */
  #isDoubted = false;
  /** By cluster: at the turn before. */
  #judged: Readonly<Record<string, string>> = {};

  constructor(tools: NoteTakerTools) {
    this.#tools = tools;
  }

  note(context: DecisionContext): void {
    const { recollection } = this.#tools;
    const { memory } = recollection;
    const { suspicion, primary } = context;
    for (const verdict of Object.values(context.verdicts)) {
      const { cluster, kind, evidence } = verdict;
      // Where another process judges otherwise, each says so once.
      if (memory.verdicts[cluster]?.kind !== kind && this.#judged[cluster] !== kind)
        recollection.note({ type: "verdict.reached", cluster, verdict: kind, evidence });
      // While it is not known who is primary, as after a start, nothing of a doubt is over.
      const isOver = primary !== undefined && (cluster !== primary || kind === "healthy");
      if (memory.suspicions[cluster] && isOver && suspicion?.cluster !== cluster)
        recollection.note({ type: "suspicion.cleared", cluster });
    }
    const judged = Object.values(context.verdicts).map(({ cluster, kind }) => [cluster, kind]);
    this.#judged = Object.fromEntries(judged);
    if (suspicion) this.#noteDoubt(suspicion, { memory, context });
    this.#isDoubted = suspicion !== undefined;
    this.#noteHealthy(context);
  }

  /**
   * What is kept are the bounds at its beginning and at each other verdict. Good answers after them,
   * as while one vantage alone is cut off, undo that: a process that starts later would go by a first
   * failure that is none, and so take what may be lost for less than it is.
   */
  #noteDoubt(
    suspicion: Suspicion,
    { memory, context }: { readonly memory: Memory; readonly context: DecisionContext },
  ): void {
    const { recollection, surveyor } = this.#tools;
    const { layer: _, ...fact } = suspicion;
    const { cluster, firstFailedAt } = suspicion;
    const kept = memory.suspicions[cluster];
    const isPast = isLater(firstFailedAt, kept?.firstFailedAt);
    const isOther = memory.verdicts[cluster]?.kind !== context.verdicts[cluster]?.kind;
    if (isOther || !this.#isDoubted) {
      if (!kept || isPast) recollection.note({ type: "suspicion.raised", ...fact });
    } else if (isPast) recollection.note({ type: "suspicion.cleared", cluster });
    if (!kept && !this.#isDoubted) surveyor.refresh().catch(() => undefined);
  }

  /** Who is primary at first, and how large the workloads are while all is well. */
  #noteHealthy(context: DecisionContext): void {
    const { recollection, surveyor } = this.#tools;
    const { primacy, survey } = surveyor;
    const { memory } = recollection;
    if ("primary" in primacy && !memory.adopted) {
      const { primary, epoch } = primacy;
      recollection.note({ type: "application.adopted", primary, epoch }, epoch);
    }
    const { primary } = context;
    if (primary === undefined || context.verdicts[primary]?.kind !== "healthy") return;
    if (!context.suspicion) surveyor.keepLooks(primary, context.now);
    for (const [workload, seen] of Object.entries(survey.workloads[primary] ?? {})) {
      const replicas = "found" in seen ? seen.found.replicas : 0;
      if (replicas > 0 && memory.replicas[primary]?.[workload]?.replicas !== replicas)
        recollection.note({ type: "workload.seen", cluster: primary, workload, replicas });
    }
  }
}

/** Also one that nobody knows: what was kept would hold else, were it not for good answers since. */
function isLater(at: number | null, kept: number | null | undefined): boolean {
  return kept !== undefined && kept !== null && (at === null || at > kept);
}
