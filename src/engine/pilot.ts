import type { Application } from "../domain/application.ts";
import type { AutomaticCause } from "../domain/cause.ts";
import { type Decision, decide, isSameDecision } from "../domain/decision.ts";
import { codeOf, reasonOf } from "../domain/errors.ts";
import { type DecisionContext, primaryVerdict } from "../domain/guard.ts";
import type { Memory } from "../domain/memory.ts";
import type { OperationPlan } from "../domain/plan.ts";
import type { Runbook } from "../domain/runbook.ts";
import { contextOf } from "../domain/situation.ts";
import type { Suspicion } from "../domain/suspicion.ts";
import type { Bell } from "./bell.ts";
import { bindingsFor } from "./bindings.ts";
import { DECISION, type Logbook } from "./logbook.ts";
import type { Operations } from "./operations.ts";
import type { Clock } from "./ports/clock.ts";
import type { Recollection } from "./recollection.ts";
import type { Surveyor } from "./surveyor.ts";
import type { Watch } from "./watch.ts";

export interface PilotTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly bell: Bell;
  readonly watch: Watch;
  readonly freshMs: number;
  /** How many different ones the configured vantages really stand in. */
  readonly failureDomains: number;
  readonly surveyor: Surveyor;
  readonly recollection: Recollection;
  readonly operations: Operations;
  readonly logbook: Logbook;
  /** What a decision to move runs. */
  readonly runbook: Runbook;
  readonly onDecision: (decision: Decision) => void;
}

/** Watches one application, decides, and opens what was decided. */
export class Pilot {
  readonly #application: Application;
  readonly #tools: PilotTools;
  #decision: Decision | undefined;
  #notBeforeMs = 0;
  #recalled: string | undefined;
  /** Did something fail at the turn before? */
  #isDoubted = false;

  constructor(application: Application, tools: PilotTools) {
    this.#application = application;
    this.#tools = tools;
  }

  /** Until the process is told to stop. */
  async run(): Promise<void> {
    const { bell, clock, signal, surveyor } = this.#tools;
    while (!signal.aborted) {
      surveyor.refreshIfOlder(SURVEY_MS);
      await this.#turn();
      await bell.wait(TURN_MS, { clock, signal }).catch(() => undefined);
    }
  }

  /** What a decision would go by now. */
  context(): DecisionContext {
    const { clock, watch, freshMs, failureDomains, surveyor, recollection, logbook } = this.#tools;
    return contextOf({
      application: this.#application,
      view: watch.view(clock.wallMs(), freshMs),
      survey: surveyor.survey,
      memory: recollection.memory,
      primacy: surveyor.primacy,
      failureDomains,
      lastMoveEndedAt: logbook.lastMoveEndedAt,
      runningOperation: logbook.running?.id,
    });
  }

  async #turn(): Promise<void> {
    const { surveyor, clock, logbook, runbook } = this.#tools;
    const context = this.context();
    this.#note(context);
    if (logbook.running?.kind === runbook.kind)
      return await this.#reconsider(logbook.running, context);
    // What was read before the first failure says nothing of now, and the new reading is on its way.
    if (context.suspicion && surveyor.isPendingSince(context.suspicion.firstFailedAt)) return;
    const decision = decide(context);
    // What could not be opened stays announced as that while it is tried again.
    const again = this.#decision?.reasons.some(({ code }) => code === "opening");
    if (decision.action !== "move" || !again) this.#announce(decision);
    if (decision.action === "move" && clock.monotonicMs() >= this.#notBeforeMs)
      await this.#open(decision, context);
  }

  /** What was seen for the first time goes into the journal, and a first failure has all read anew. */
  #note(context: DecisionContext): void {
    const { recollection } = this.#tools;
    const { memory } = recollection;
    const { suspicion, primary } = context;
    for (const verdict of Object.values(context.verdicts)) {
      const { cluster, kind, evidence } = verdict;
      if (memory.verdicts[cluster]?.kind !== kind)
        recollection.note({ type: "verdict.reached", cluster, verdict: kind, evidence });
      // While it is not known who is primary, as after a start, nothing of a doubt is over.
      const isOver = primary !== undefined && (cluster !== primary || kind === "healthy");
      if (memory.suspicions[cluster] && isOver && suspicion?.cluster !== cluster)
        recollection.note({ type: "suspicion.cleared", cluster });
    }
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
    const isPast = kept !== undefined && firstFailedAt > kept.firstFailedAt;
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
    if ("primary" in primacy && !memory.adopted)
      recollection.note({ type: "application.adopted", ...primacy }, primacy.epoch);
    const { primary } = context;
    if (primary === undefined || context.verdicts[primary]?.kind !== "healthy") return;
    for (const [workload, seen] of Object.entries(survey.workloads[primary] ?? {})) {
      const replicas = "found" in seen ? seen.found.replicas : 0;
      if (replicas > 0 && memory.replicas[primary]?.[workload]?.replicas !== replicas)
        recollection.note({ type: "workload.seen", cluster: primary, workload, replicas });
    }
  }

  #announce(decision: Decision): void {
    if (this.#decision && isSameDecision(this.#decision, decision)) return;
    const first = this.#decision === undefined;
    this.#decision = decision;
    if (first && decision.action === "stay") return;
    const { action, verdict, facts } = decision;
    const reasons = decision.reasons.map(({ text }) => text);
    this.#tools.recollection.note({ type: "decision.made", action, verdict, reasons, facts });
    this.#tools.onDecision(decision);
  }

  async #open(decision: Decision, context: DecisionContext): Promise<void> {
    const { operations, recollection, surveyor, clock, runbook, signal, logbook } = this.#tools;
    const { primacy } = surveyor;
    if (!("primary" in primacy)) return;
    const [from, to] = [primacy.primary, context.to];
    const cause = this.#causeOf(decision, context);
    const bindings = bindingsFor(
      this.#application,
      { from, to, firstFailedAt: cause.fault?.firstFailedAt ?? null },
      recollection.memory,
    );
    try {
      const reason = `${from} is ${decision.verdict}`;
      const opening = {
        runbook,
        from,
        to,
        bindings,
        epoch: primacy.epoch,
        by: DECISION,
        reason,
        cause,
      };
      const { id } = await operations.open({ application: this.#application, ...opening });
      logbook.decided = id;
    } catch (error) {
      if (signal.aborted) return;
      this.#notBeforeMs = clock.monotonicMs() + RETRY_MS;
      const text = `it could not be opened: ${reasonOf(error)}`;
      this.#announce({ ...decision, action: "hold", reasons: [{ code: "opening", text }] });
      surveyor.refresh().catch(() => undefined);
    }
  }

  /** The primary came back before anything final was done: stay. */
  async #reconsider(running: OperationPlan, context: DecisionContext): Promise<void> {
    const { operations, logbook } = this.#tools;
    if (this.#recalled === running.id || logbook.decided !== running.id) return;
    if (running.from !== context.primary || primaryVerdict(context)?.kind !== "healthy") return;
    try {
      await operations.recall(running.id, `${DECISION}: ${running.from} is healthy again`);
      this.#recalled = running.id;
    } catch (error) {
      // Past the point of no return it goes on, and a held one is a human's; else it is tried again.
      if (codeOf(error) === "GL_REFUSED") this.#recalled = running.id;
    }
  }

  /** With the instants at which things were seen, not those of this turn: a survey may have been waited for. */
  #causeOf(decision: Decision, context: DecisionContext): AutomaticCause {
    const { suspicion, now, losses } = context;
    const { memory } = this.#tools.recollection;
    const verdict = primaryVerdict(context);
    const seen = suspicion && memory.suspicions[suspicion.cluster];
    const reached = verdict && memory.verdicts[verdict.cluster];
    return {
      decision: { action: decision.action, facts: decision.facts },
      verdict: { kind: decision.verdict, evidence: verdict?.evidence ?? [] },
      losses: losses.map(({ store, ms, confidence, method }) => ({
        store,
        ms,
        confidence,
        method,
      })),
      ...(suspicion && {
        fault: {
          lastGoodAt: suspicion.lastGoodAt,
          firstFailedAt: suspicion.firstFailedAt,
          suspectedAt: seen?.at ?? now,
          verdictAt: reached?.at ?? now,
          decidedAt: this.#tools.clock.wallMs(),
        },
      }),
    };
  }
}

const TURN_MS = 250;
const SURVEY_MS = 1_000;
/** After an opening that failed. */
const RETRY_MS = 1_000;
