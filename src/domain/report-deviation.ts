import type { JournalEvent } from "./event.ts";
import { renderInstant } from "./instant.ts";
import type { ReportedDebt } from "./report-step.ts";
import type { StepRecord } from "./step-record.ts";

/** Where it went otherwise than the plan has it. */
export type Deviation = {
  readonly kind: "failure" | "retry" | "gate refusal" | "hold" | "debt" | "abort" | "preemption";
  readonly at: string;
  /** The step, or the operation. */
  readonly of: string;
  readonly what: string;
  /** Can it change the result? */
  readonly mattered: boolean;
};

/** In the order of the journal. */
export function deviationsOf(
  events: readonly JournalEvent[],
  {
    steps,
    debts,
  }: { readonly steps: readonly StepRecord[]; readonly debts: readonly ReportedDebt[] },
): readonly Deviation[] {
  const matters = new Set(
    steps
      .filter(({ planned }) => planned.onFailure !== "continue")
      .map(({ planned }) => planned.id),
  );
  const owed = new Map(debts.map((debt) => [debt.step, debt]));
  return events.flatMap((event): readonly Deviation[] => {
    const at = renderInstant(event.at);
    switch (event.type) {
      case "step.intended":
        if (event.attempt === 1) return [];
        return [{ ...about(event), kind: "retry", what: `attempt ${event.attempt}` }];
      case "step.failed": {
        const debt = owed.get(event.step);
        const what = debt ? `${debt.owed} is owed: ${event.reason}` : event.reason;
        return [{ ...about(event), kind: debt ? "debt" : "failure", what }];
      }
      case "undo.failed":
        return [{ ...about(event), kind: "failure", what: `not undone: ${event.reason}` }];
      case "gate.refused":
        return [{ ...about(event), kind: "gate refusal", what: event.reason }];
      case "operation.held":
        return [{ kind: "hold", at, of: event.stream, what: event.reason, mattered: true }];
      case "operation.aborting": {
        const what = `stopped by ${event.by}`;
        return [{ kind: "abort", at, of: event.stream, what, mattered: true }];
      }
      case "operation.ended": {
        if (event.outcome !== "preempted") return [];
        const what = `preempted by ${event.reason ?? "another operation"}`;
        return [{ kind: "preemption", at, of: event.stream, what, mattered: true }];
      }
      default:
        return [];
    }

    function about({ step }: { readonly step: string }) {
      return { at, of: step, mattered: matters.has(step) };
    }
  });
}
