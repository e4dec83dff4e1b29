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
  /** Since when nobody can say who is primary; absent: somebody can. */
  #unadoptedMs: number | undefined;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** Is the last one that what was decided could not be opened? */
  get isUnopened(): boolean {
    return this.#last?.reasons.some(({ code }) => code === "opening") ?? false;
  }

  tell(decision: Decision): void {
    const { clock, recollection } = this.#tools;
    const nowMs = clock.monotonicMs();
    if (this.#mayPass(decision, nowMs)) return;
    if (this.#last && isSameDecision(this.#last, decision)) return;
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

  /** As where a cluster did not answer in time once, when it was asked for the first time. */
  #mayPass({ action, reasons }: Decision, nowMs: number): boolean {
    const codes = new Set(reasons.map(({ code }) => code));
    const isUnadopted = codes.delete("adoption");
    codes.delete("verdict");
    if (action !== "hold" || !isUnadopted || codes.size > 0) {
      this.#unadoptedMs = undefined;
      return false;
    }
    this.#unadoptedMs ??= nowMs;
    return nowMs - this.#unadoptedMs < ADOPTED_WITHIN_MS;
  }
}

const IDLE_MS = 1_000;
/** Several looks. */
const ADOPTED_WITHIN_MS = 5_000;
