import type { AutomaticCause } from "../domain/cause.ts";
import type { Decision } from "../domain/decision.ts";
import { type DecisionContext, primaryVerdict } from "../domain/guard.ts";
import type { Memory } from "../domain/memory.ts";
import type { StoreLook } from "../domain/store-look.ts";

/** With the instants at which things were seen, not those of this turn: a survey may have been waited for. */
export function automaticCauseOf(
  decision: Decision,
  context: DecisionContext,
  at: {
    readonly memory: Memory;
    readonly decidedAt: number;
    readonly stores: readonly StoreLook[];
  },
): AutomaticCause {
  const { memory, decidedAt, stores } = at;
  const { suspicion, now, losses } = context;
  const verdict = primaryVerdict(context);
  const seen = suspicion && memory.suspicions[suspicion.cluster];
  const reached = verdict && memory.verdicts[verdict.cluster];
  return {
    decision: { action: decision.action, facts: decision.facts },
    verdict: { kind: decision.verdict, evidence: verdict?.evidence ?? [] },
    losses: losses.map(({ store, ms, confidence, method }) => ({ store, ms, confidence, method })),
    stores,
    ...(suspicion && {
      fault: {
        lastGoodAt: suspicion.lastGoodAt,
        firstFailedAt: suspicion.firstFailedAt,
        suspectedAt: seen?.at ?? now,
        verdictAt: reached?.at ?? now,
        decidedAt,
      },
    }),
  };
}
