import { type Debt, foldDebts, movedPrimary, namesPrimary } from "../domain/debt.ts";
import type { JournalEvent } from "../domain/event.ts";
import type { Memory } from "../domain/memory.ts";
import type { OperationPlan } from "../domain/plan.ts";
import type { LastKnown } from "../domain/primary.ts";
import type { StoppedMove } from "../domain/situation.ts";
import { planOf } from "./drive.ts";
import { CLOSED_BY } from "./lead.ts";
import type { News } from "./news.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal, OperationHead } from "./ports/journal.ts";

/** Who opens what nobody asked for. */
export const DECISION = "decision";

/** A move that can be taken back for a while, and what comes after that. */
export interface Commit {
  readonly operation: OperationPlan;
  readonly back: string;
  readonly next?: string;
  /** On the monotonic clock, so that nobody shortens or lengthens it by setting the other one. */
  readonly untilMs: number;
}

/** What decisions need to know of one application's operations. */
export class Logbook {
  readonly #application: string;
  readonly #clock: Clock;
  /** The one that is open, held ones too. */
  running: OperationPlan | undefined;
  /** The latest that a decision opened, and so may take back: what a human asked for is a human's. */
  decided: string | undefined;
  /** Wall clock in ms: when the primary last changed, as far as `load` looked back. */
  lastMoveEndedAt: number | undefined;
  /** Whom the latest one left as primary, at its epoch. */
  latest: LastKnown | undefined;
  /** The latest move that was decided, where a human stopped it. */
  stopped: StoppedMove | undefined;
  /** What was left undone, the oldest first. */
  debts: readonly Debt[] = [];
  /** Of the latest move, until what comes after it is done. */
  commit: Commit | undefined;
  /** By kind: when a human stopped the latest that nobody had asked for; wall clock in ms. */
  readonly called = new Map<string, number>();
  /** The latest that were folded: what is told of them again changes nothing. */
  #over: readonly string[] = [];

  constructor(application: string, clock: Clock) {
    this.#application = application;
    this.#clock = clock;
  }

  /** What earlier processes did, back to where each cluster became primary: older debts are void. */
  async load(journal: Journal): Promise<void> {
    const heads = await journal.operations({ application: this.#application, limit: LOOK_BACK });
    const streams: (readonly JournalEvent[])[] = [];
    const reached = new Set<string>();
    for (const [index, head] of heads.entries()) {
      if (index > 0 && !isWorthReading(head)) continue;
      const events = await journal.read(head.id);
      streams.unshift(events);
      if (!head.ended || !movedPrimary(events)) continue;
      const { from, to } = planOf(events);
      reached.add(to);
      if (reached.has(from)) break;
    }
    for (const events of streams) {
      const plan = planOf(events);
      this.#know(plan, events);
      if (openerOf(events) === DECISION) this.decided = plan.id;
      if (events.some(({ type }) => type === "operation.ended")) this.#fold(events);
      else this.running = plan;
    }
  }

  /** Says whether an operation of this application is over by it. */
  take({ plan, state, events = [] }: News): "ended" | "open" {
    if (plan.application !== this.#application || this.#over.includes(plan.id)) return "open";
    this.#know(plan, events);
    if (state === "opened") this.running = plan;
    if (state === "opened" || state === "held" || state === "waiting") {
      // Who decided it may be gone: whoever leads it then may take it back, too.
      if (openerOf(events) === DECISION) this.decided = plan.id;
      return "open";
    }
    if (this.running?.id === plan.id) this.running = undefined;
    this.#fold(events);
    return "ended";
  }

  #know({ epoch, from, to }: OperationPlan, events: readonly JournalEvent[]): void {
    const primary = movedPrimary(events) ? to : from;
    if (epoch >= (this.latest?.epoch ?? 0)) this.latest = { primary, epoch };
  }

  #fold(events: readonly JournalEvent[]): void {
    const plan = planOf(events);
    const ended = events.find((event) => event.type === "operation.ended");
    if (!ended) return;
    this.#over = [...this.#over, plan.id].slice(-LOOK_BACK);
    this.debts = foldDebts(this.debts, events);
    const moved = movedPrimary(events);
    // One that was ended where it stood counts as a move: nobody knows how far it came.
    if (moved || (ended.outcome === "held" && plan.steps.some(namesPrimary)))
      this.lastMoveEndedAt = ended.at;
    const isDone = ended.outcome === "succeeded";
    if (moved || (isDone && this.commit?.next === plan.kind)) this.commit = undefined;
    if (isDone && plan.commit) this.#commit(plan, ended.at);
    this.#noteStop(plan, { events, moved, at: ended.at });
  }

  #commit(operation: OperationPlan, at: number): void {
    const { commit } = operation;
    if (!commit) return;
    const { back, windowMs } = commit;
    const leftMs = Math.min(windowMs, Math.max(0, at + windowMs - this.#clock.wallMs()));
    const next = commit.next === undefined ? {} : { next: commit.next };
    this.commit = { operation, back, ...next, untilMs: this.#clock.monotonicMs() + leftMs };
  }

  #noteStop(
    plan: OperationPlan,
    of: {
      readonly events: readonly JournalEvent[];
      readonly moved: boolean;
      readonly at: number;
    },
  ): void {
    const { events, moved, at } = of;
    const isMove = plan.steps.some(namesPrimary);
    const by = openerOf(events) === DECISION ? whoStopped(events) : undefined;
    if (isMove) this.stopped = undefined;
    if (by === undefined) this.called.delete(plan.kind);
    else this.called.set(plan.kind, at);
    if (by === undefined || !isMove) return;
    this.stopped = { operation: plan.id, by, at, primary: moved ? plan.to : plan.from };
  }
}

/** Who was primary at the highest epoch that there is a record of. */
export function lastKnown({ adopted }: Memory, latest: LastKnown | undefined) {
  if (!adopted || (latest && latest.epoch >= adopted.epoch)) return latest;
  return { primary: adopted.primary, epoch: adopted.epoch };
}

/** The human that ended it before its time, or as it was. */
function whoStopped(events: readonly JournalEvent[]): string | undefined {
  const ended = events.find((event) => event.type === "operation.ended");
  const aborting = events.find((event) => event.type === "operation.aborting");
  if (ended?.outcome === "held") return ended.reason?.replace(CLOSED_BY, "") ?? "a human";
  const isTaken = ended?.outcome === "undone" || ended?.outcome === "aborted";
  return isTaken && aborting && !aborting.by.startsWith(DECISION) ? aborting.by : undefined;
}

function openerOf(events: readonly JournalEvent[]): string | undefined {
  return events.find((event) => event.type === "operation.opened")?.by;
}

/** Rehearsals are many, and leave everything as it was. */
function isWorthReading({ ended }: OperationHead): boolean {
  return ended?.outcome !== "restored" && ended?.outcome !== "preempted";
}

/** Moves are rare: the last one is among these, or long past any cooldown. */
const LOOK_BACK = 500;
