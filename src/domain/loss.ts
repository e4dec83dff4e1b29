import { type LossBound, memberOf, readLosses } from "./cause.ts";
import type { StepRecord } from "./step-record.ts";

/** What the move may have lost at most, over all stores that it promoted. */
export type DataLoss = {
  /** null: nothing bounds it. */
  readonly ms: number | null;
  /** The weakest of the stores'. */
  readonly confidence: LossBound["confidence"];
  /** The method of the store that bounds it. */
  readonly method: string;
  /** Why it is not proven, or not known, for people. */
  readonly reasons: readonly string[];
  readonly stores: readonly LossBound[];
};

const STRENGTH = ["unknown", "estimated", "proven"] as const;

/**
 * The bound of each promoted store is that of its gate, which looked last; else that of the
 * decision. A store of which neither says anything is unknown.
 */
export function dataLossOf(
  steps: readonly StepRecord[],
  { decided, isOver }: { readonly decided: readonly LossBound[]; readonly isOver: boolean },
): DataLoss {
  const promotions = steps.filter(isPromotion);
  if (promotions.length === 0) return nothingLost("no step of the plan promotes a store");
  if (isOver && promotions.every((step) => step.attempts === 0))
    return nothingLost("no store was promoted");
  const gates = steps.filter(({ planned }) => planned.uses === "gate/loss-bound");
  const looked = gates.flatMap(({ after, planned }) => readLosses(after, planned.subject));
  const stores = promotions.map(({ planned: { subject: store = "" } }): LossBound => {
    const bound = findLast(looked, store) ?? findLast(decided, store);
    return bound ?? { store, ms: null, confidence: "unknown", method: "no evidence" };
  });
  return worstOf(stores);
}

/** Does it make a store one that takes writes? */
export function isPromotion({ planned }: StepRecord): boolean {
  return planned.uses === "data" && memberOf(planned.desired, "role") === "primary";
}

function nothingLost(method: string): DataLoss {
  return { ms: 0, confidence: "proven", method, reasons: [], stores: [] };
}

/** The newest word on a store counts. */
function findLast(losses: readonly LossBound[], store: string): LossBound | undefined {
  return losses.findLast((loss) => loss.store === store);
}

function worstOf(stores: readonly LossBound[]): DataLoss {
  const worst = stores.reduce((one, other) => {
    if (one.ms === null) return one;
    return other.ms === null || other.ms > one.ms ? other : one;
  });
  const strengths = stores.map(({ confidence }) => STRENGTH.indexOf(confidence));
  const reasons = stores
    .filter(({ confidence }) => confidence !== "proven")
    .map(({ store, confidence, method }) => `${store}: ${confidence}, ${method}`);
  return {
    ms: worst.ms,
    confidence: STRENGTH[Math.min(...strengths)] ?? "unknown",
    method: worst.method,
    reasons,
    stores,
  };
}
