import type { Application } from "../domain/application.ts";
import { type Decision, decide, isBlind } from "../domain/decision.ts";
import { codeOf, reasonOf } from "../domain/errors.ts";
import { type DecisionContext, primaryVerdict } from "../domain/guard.ts";
import type { OperationPlan } from "../domain/plan.ts";
import type { Runbook } from "../domain/runbook.ts";
import { contextOf } from "../domain/situation.ts";
import { automaticCauseOf } from "./automatic-cause.ts";
import type { Bell } from "./bell.ts";
import { bindingsFor } from "./bindings.ts";
import type { Errands } from "./errand.ts";
import { LastMove } from "./last-move.ts";
import { DECISION, type Logbook } from "./logbook.ts";
import { NoteTaker } from "./note-taker.ts";
import type { Operations } from "./operations.ts";
import type { Clock } from "./ports/clock.ts";
import type { Recollection } from "./recollection.ts";
import type { Surveyor } from "./surveyor.ts";
import { ToldDecision } from "./told-decision.ts";
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
  readonly errands: Errands;
}

/** Watches one application, decides, and opens what was decided. */
export class Pilot {
  readonly #application: Application;
  readonly #tools: PilotTools;
  readonly #notes: NoteTaker;
  readonly #lastMove: LastMove;
  readonly #told: ToldDecision;
  #notBeforeMs = 0;
  #recalled: string | undefined;
  /** On the monotonic clock; absent: somebody can tell how the primary is. */
  #blindSinceMs: number | undefined;

  constructor(application: Application, tools: PilotTools) {
    this.#application = application;
    this.#tools = tools;
    this.#notes = new NoteTaker(tools);
    this.#lastMove = new LastMove(tools);
    this.#told = new ToldDecision(tools);
  }

  /** Until the process is told to stop. */
  async run(): Promise<void> {
    await this.#untilStopped((context) => this.#turn(context));
  }

  /** Keeps at hand what a decision would go by, and decides nothing. Until the process is told to stop. */
  async watch(): Promise<void> {
    await this.#untilStopped(async () => undefined);
  }

  async #untilStopped(turn: (context: DecisionContext) => Promise<void>): Promise<void> {
    const { bell, clock, signal, surveyor, recollection } = this.#tools;
    while (!signal.aborted) {
      surveyor.refreshIfOlder(SURVEY_MS);
      recollection.refreshIfOlder(RECOLLECT_MS);
      this.#lastMove.look();
      const context = this.context();
      this.#blindSinceMs = isBlind(context)
        ? (this.#blindSinceMs ?? clock.monotonicMs())
        : undefined;
      await turn(context);
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
      blindForMs: this.#blindSinceMs && clock.monotonicMs() - this.#blindSinceMs,
      lastMoveEndedAt: this.#lastMove.endedAt,
      running: logbook.running,
      stopped: logbook.stopped,
    });
  }

  async #turn(context: DecisionContext): Promise<void> {
    const { surveyor, clock, logbook, runbook, errands, recollection } = this.#tools;
    this.#notes.note(context);
    if (logbook.running?.kind === runbook.kind)
      return await this.#reconsider(logbook.running, context);
    // What was read before the first failure says nothing of now, and the new reading is on its way.
    if (context.suspicion && surveyor.isPendingSince(context.suspicion.firstFailedAt ?? 0)) return;
    const decision = decide(context);
    const kept = recollection.kept();
    // What could not be opened stays announced as that while it is tried again.
    if (decision.action !== "move" || !this.#told.isUnopened) this.#told.tell(decision);
    if (decision.action !== "move") errands.run(context);
    else if (clock.monotonicMs() >= this.#notBeforeMs) {
      await this.#untilKept(kept);
      await this.#open(decision, context);
    }
  }

  /**
   * What was seen of the fault comes before the right to act: a process that dies between them the
   * wrong way round leaves a raised epoch, and nobody who knows why. A journal that takes longer
   * than that is not waited for.
   */
  async #untilKept(kept: Promise<void>): Promise<void> {
    const { clock, signal } = this.#tools;
    const patience = clock.sleep(KEPT_WITHIN_MS, signal).catch(() => undefined);
    await Promise.race([kept, patience]);
  }

  async #open(decision: Decision, context: DecisionContext): Promise<void> {
    const { operations, recollection, surveyor, clock, runbook, signal, logbook } = this.#tools;
    const { primacy } = surveyor;
    if (!("primary" in primacy)) return;
    const [from, to] = [primacy.primary, context.to];
    const { memory } = recollection;
    const stores = surveyor.looksUntil(
      context.suspicion ? context.suspicion.firstFailedAt : context.now,
    );
    const decidedAt = clock.wallMs();
    const cause = automaticCauseOf(decision, context, { memory, decidedAt, stores });
    const bindings = bindingsFor(
      this.#application,
      { from, to, firstFailedAt: cause.fault?.firstFailedAt ?? null },
      memory,
    );
    try {
      const reason = `${from} is ${decision.verdict}`;
      const opening = {
        runbook,
        from,
        to,
        bindings,
        known: primacy,
        by: DECISION,
        reason,
        cause,
        preempts: true,
        isStillDue: () => decide(this.context()).action === "move",
      };
      const { id } = await operations.open({ application: this.#application, ...opening });
      logbook.decided = id;
    } catch (error) {
      if (signal.aborted) return;
      this.#notBeforeMs = clock.monotonicMs() + RETRY_MS;
      const now = decide(this.context());
      // Told here, too: the next turn may find what it found before, and the epoch is one higher.
      if (now.action !== "move") return this.#told.tell(now);
      const text = `it could not be opened: ${reasonOf(error)}`;
      this.#told.tell({ ...decision, action: "hold", reasons: [{ code: "opening", text }] });
      surveyor.refresh().catch(() => undefined);
    }
  }

  /** The primary came back before anything final was done: stay. Whoever leads it by now says so. */
  async #reconsider(running: OperationPlan, context: DecisionContext): Promise<void> {
    const { operations, logbook } = this.#tools;
    if (this.#recalled === running.id || logbook.decided !== running.id) return;
    if (!operations.leads(running.id)) return;
    if (running.from !== context.primary || primaryVerdict(context)?.kind !== "healthy") return;
    try {
      await operations.recall(running.id, `${DECISION}: ${running.from} is healthy again`);
      this.#recalled = running.id;
    } catch (error) {
      // Past the point of no return it goes on, and a held one is a human's; else it is tried again.
      if (codeOf(error) === "GL_REFUSED") this.#recalled = running.id;
    }
  }
}

const TURN_MS = 250;
const SURVEY_MS = 1_000;
/** What a person told another process holds here so soon. */
const RECOLLECT_MS = 1_000;
/** After an opening that failed. */
const RETRY_MS = 1_000;
/** As a rule it is there already: it was written down when the first probe failed. */
const KEPT_WITHIN_MS = 200;
