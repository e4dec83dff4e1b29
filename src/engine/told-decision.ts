import { type Decision, isSameDecision } from "../domain/decision.ts";
import type { Clock } from "./ports/clock.ts";
import type { Recollection } from "./recollection.ts";

interface Tools {
  readonly clock: Clock;
  readonly recollection: Pick<Recollection, "note">;
}

/** What is journalled of one application's decisions: each that is another one for people. */
export class ToldDecision {
  readonly #tools: Tools;
  #last: Decision | undefined;
  #toldMs = 0;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** Is the last one that what was decided could not be opened? */
  get isUnopened(): boolean {
    return this.#last?.reasons.some(({ code }) => code === "opening") ?? false;
  }

  tell(decision: Decision): void {
    if (this.#last && isSameDecision(this.#last, decision)) return;
    const { clock, recollection } = this.#tools;
    const nowMs = clock.monotonicMs();
    // Nothing is done about either: on a starved machine the vantages come and go 20 times a second.
    const isIdle = this.#last?.action === "stay" && decision.action === "stay";
    if (isIdle && nowMs - this.#toldMs < IDLE_MS) return;
    const isFirst = this.#last === undefined;
    this.#last = decision;
    this.#toldMs = nowMs;
    if (isFirst && decision.action === "stay") return;
    const { action, verdict, facts } = decision;
    const reasons = decision.reasons.map(({ text }) => text);
    recollection.note({ type: "decision.made", action, verdict, reasons, facts });
  }
}

const IDLE_MS = 1_000;
