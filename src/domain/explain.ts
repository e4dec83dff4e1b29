import { type Decision, decide, type Reason } from "./decision.ts";
import { type DecisionContext, GUARDS, type GuardName } from "./guard.ts";
import type { Suspicion } from "./suspicion.ts";
import type { VerdictKind } from "./verdict-kind.ts";

/** Would it move now, and if not, why not: the decision itself, with all that it passed by. */
export interface Explanation {
  readonly application: string;
  /** null: not known. */
  readonly primary: string | null;
  readonly to: string;
  readonly verdicts: readonly ExplainedVerdict[];
  readonly wouldMove: boolean;
  readonly action: Decision["action"];
  readonly reasons: readonly Reason[];
  /** Every guard in order, passed or not: also those that do not matter while all is well. */
  readonly guards: readonly ExplainedGuard[];
  /** What fails since when, if anything does. */
  readonly since?: Suspicion;
}

export interface ExplainedVerdict {
  readonly cluster: string;
  readonly verdict: VerdictKind;
  readonly evidence: readonly string[];
}

export interface ExplainedGuard {
  readonly name: GuardName;
  /** Absent: passed. */
  readonly whyNot?: string;
}

/** Answers at every moment, by the functions that decide. */
export function explain(context: DecisionContext): Explanation {
  const { action, reasons } = decide(context);
  const verdicts = Object.values(context.verdicts);
  return {
    application: context.application.name,
    primary: context.primary ?? null,
    to: context.to,
    verdicts: verdicts.map(({ cluster, kind, evidence }) => ({ cluster, verdict: kind, evidence })),
    wouldMove: action === "move",
    action,
    reasons,
    guards: GUARDS.map(({ name, whyNot }) => {
      const why = whyNot(context);
      return why === undefined ? { name } : { name, whyNot: why };
    }),
    ...(context.suspicion && { since: context.suspicion }),
  };
}
