import type { Beside } from "./beside.ts";
import { type LossBound, memberOf, readLosses } from "./cause.ts";
import { isPromotion } from "./freeze.ts";
import type { Json } from "./json.ts";
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
 * What a former primary took beside the other comes on top: it could go on until it was fenced. The
 * bound of each promoted store is that of its gate, which looked last; else that of the
 * decision. A store of which neither says anything is unknown.
 */
export function dataLossOf(
  steps: readonly StepRecord[],
  at: {
    readonly decided: readonly LossBound[];
    readonly besides: readonly Beside[];
    readonly isOver: boolean;
  },
): DataLoss {
  const { decided, besides, isOver } = at;
  const promotions = steps.filter(({ planned }) => isPromotion(planned));
  // What is only rehearsed would lose what its gates saw.
  const rehearsed = steps.filter(({ planned }) => planned.uses === "gate/data-ready");
  const moved = promotions.length > 0 ? promotions : rehearsed;
  if (moved.length === 0) {
    const lost = besides.flatMap((beside) => lossBeside(beside, NOTHING_MOVED));
    return lost.length > 0 ? worstOf(lost) : nothingLost(NOTHING_MOVED.method);
  }
  if (isOver && promotions.length > 0 && promotions.every((step) => step.attempts === 0))
    return nothingLost("no store was promoted");
  const looked = steps.flatMap(readGate);
  const stores = moved.map(({ planned: { subject: store = "" } }): LossBound => {
    const bound = findLast(looked, store) ?? findLast(decided, store);
    const known = bound ?? { store, ms: null, confidence: "unknown", method: "no evidence" };
    const beside = besides.find((one) => one.store === store);
    return (beside && lossBeside(beside, known)[0]) ?? known;
  });
  const worst = worstOf(stores);
  const open = besides.filter(({ state }) => state === "open").map(whyOpen);
  return open.length > 0 ? { ...worst, reasons: [...worst.reasons, ...open] } : worst;
}

/** With what the former primary took; none: it had no time beside the other, or that is not over. */
function lossBeside(beside: Beside, bound: Omit<LossBound, "store">): readonly LossBound[] {
  const { store, state, acknowledged, spanMs } = beside;
  if (state === "unknown") {
    const why = "notCaptured" in acknowledged ? acknowledged.notCaptured : "";
    const method = `what it acknowledged beside the other is not known: ${why}`;
    return [{ store, ms: null, confidence: "unknown", method }];
  }
  if (state !== "counted" || !("writes" in acknowledged)) return [];
  const { writes } = acknowledged;
  const taken = `${writes} writes were acknowledged beside the other store`;
  const method = bound === NOTHING_MOVED ? taken : `${bound.method}; ${taken}`;
  if (writes === 0 || bound.ms === null) return [{ ...bound, store, method }];
  // The earliest of them may be as old as the count's beginning.
  return [{ store, ms: bound.ms + spanMs, confidence: "estimated", method }];
}

function whyOpen({ store, acknowledged }: Beside): string {
  const why = "notCaptured" in acknowledged ? acknowledged.notCaptured : "";
  return `${store}: without what it acknowledged beside the other: ${why}`;
}

const NOTHING_MOVED = {
  ms: 0,
  confidence: "proven",
  method: "no step of the plan promotes a store",
} as const;

/** What a gate says of its store. One that both sides passed at one position proves that nothing is lost. */
function readGate({
  planned: { uses, subject = "" },
  after,
  state,
}: StepRecord): readonly LossBound[] {
  if (uses === "gate/caught-up" && state === "reached")
    return [{ store: subject, ms: 0, confidence: "proven", method: CAUGHT_UP }];
  if (uses === "gate/data-ready") return readReady(after, subject);
  return uses === "gate/loss-bound" ? readLosses(after, subject) : [];
}

/** What a standby would have lacked just then, by its own word: an estimate at best. */
function readReady(after: Json | undefined, store: string): readonly LossBound[] {
  const [lagMs, told] = [memberOf(after, "lagMs"), memberOf(after, "confidence")];
  if (typeof lagMs !== "number" || told === undefined) return [];
  const confidence = told === "unknown" ? "unknown" : "estimated";
  return [{ store, ms: lagMs, confidence, method: LAG }];
}

const LAG = "the lag that the standby told while it heard from its primary";

const CAUGHT_UP = "the primary was fenced, and the standby has applied its last position";

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
