import { namesPrimary } from "../domain/debt.ts";
import type { JournalEvent } from "../domain/event.ts";
import { foldHistory } from "../domain/history.ts";
import type { OperationPlan, PlannedStep, StepId } from "../domain/plan.ts";
import { advance } from "./advance.ts";
import type { Clock } from "./ports/clock.ts";

/**
 * The steps that the operation went on without and still owes, once it can't be taken back: they
 * may be tried again for as long as it is open, also while it is held. Before that nothing is owed:
 * it may yet be undone.
 */
export function owedSteps(
  plan: OperationPlan,
  events: readonly JournalEvent[],
): readonly PlannedStep[] {
  const next = advance(plan, events);
  if (plan.ends === "restore" || "ended" in next || "undo" in next) return [];
  const history = foldHistory(events);
  if ([...history.values()].some(({ undo }) => undo !== undefined)) return [];
  const isPast = plan.steps.some(
    (step) =>
      (step.irreversible || namesPrimary(step)) && history.get(step.id)?.before !== undefined,
  );
  if (!isPast) return [];
  return plan.steps.filter(
    ({ id, owes, onFailure }) =>
      owes !== undefined && onFailure === "continue" && history.get(id)?.step.state === "failed",
  );
}

/** When one process tries again what an operation owes: as soon as its target answers. */
export class Payments {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #answers: (step: PlannedStep, plan: OperationPlan) => boolean;
  readonly #tried = new Map<StepId, { readonly times: number; readonly atMs: number }>();

  constructor(
    clock: Pick<Clock, "monotonicMs">,
    answers: (step: PlannedStep, plan: OperationPlan) => boolean = () => false,
  ) {
    this.#clock = clock;
    this.#answers = answers;
  }

  /** Of those that are owed: whose target answers, and was not tried just now. */
  due(plan: OperationPlan, events: readonly JournalEvent[]): readonly StepId[] {
    return owedSteps(plan, events).flatMap((step) => {
      if (this.#answers(step, plan)) return this.#isSoon(step.id) ? [] : [step.id];
      // One that comes back is seen to at once.
      this.#tried.delete(step.id);
      return [];
    });
  }

  /** They are tried now, or can't be. */
  note(steps: readonly StepId[]): void {
    for (const step of steps) {
      const times = (this.#tried.get(step)?.times ?? 0) + 1;
      this.#tried.set(step, { times, atMs: this.#clock.monotonicMs() });
    }
  }

  #isSoon(step: StepId): boolean {
    const tried = this.#tried.get(step);
    if (!tried) return false;
    const waitMs = Math.min(FIRST_MS * 2 ** Math.min(tried.times - 1, 10), LAST_MS);
    return this.#clock.monotonicMs() - tried.atMs < waitMs;
  }
}

/** Between two attempts at a target that answers: at first soon, then no more often than the last. */
const FIRST_MS = 1_000;
const LAST_MS = 60_000;
