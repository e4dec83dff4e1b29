import { z } from "zod";
import type { DataStatus } from "../../domain/data-status.ts";
import type { Json } from "../../domain/json.ts";
import { lossBound } from "../../domain/loss-bound.ts";
import type { Gate } from "../../engine/work.ts";
import type { GateSubject, GateTools } from "./gate.ts";

export const schema = z.strictObject({
  maxLossMs: z.number().nonnegative(),
  /** Wall clock, in ms since 1970; null: nothing failed, so only proof will do. */
  firstFailedAt: z.number().nullable(),
});

/** What promoting the standby's store would lose is known, and not too much. */
export function create(
  { maxLossMs, firstFailedAt }: z.infer<typeof schema>,
  { subject: store, from, to }: GateSubject,
  tools: GateTools,
): Gate {
  let evidence: Json | undefined;
  return {
    whyNot: async (signal) => {
      if (store === undefined) return "the step does not say which store";
      // The primary first: what the standby has after that is what it had then, or more.
      const patienceMs = firstFailedAt === null ? PATIENCE_MS : FAILED_PATIENCE_MS;
      const primary = await ask(tools, { store, cluster: from, patienceMs }, signal);
      const standby = await ask(tools, { store, cluster: to, patienceMs: PATIENCE_MS }, signal);
      const now = tools.clock.wallMs();
      const bound = lossBound({ firstFailedAt, standby, primary, now });
      const { ms, confidence, method, reasons } = bound;
      evidence = { losses: [{ store, ms, confidence, method }] };
      if (ms === null || confidence === "unknown")
        return `what ${store} would lose is unknown: ${reasons.join("; ")}`;
      if (ms > maxLossMs)
        return `${store} would lose up to ${ms} ms, at most ${maxLossMs} is allowed`;
      return undefined;
    },
    evidence: () => evidence,
  };
}

/** Undefined: it does not answer in time. */
async function ask(
  tools: GateTools,
  at: { readonly store: string; readonly cluster: string; readonly patienceMs: number },
  signal: AbortSignal,
): Promise<DataStatus | undefined> {
  const bound = AbortSignal.any([signal, tools.clock.timeout(at.patienceMs)]);
  return await tools.look(at.store, at.cluster, bound).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
}

const PATIENCE_MS = 300;
/** One that failed just now could only turn an estimate into a proof: it does not get us to wait. */
const FAILED_PATIENCE_MS = 50;
