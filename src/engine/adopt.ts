import type { Application } from "../domain/application.ts";
import { codeOf } from "../domain/errors.ts";
import {
  foldPrimacy,
  type LastKnown,
  type Primacy,
  whyNotAdoptable,
  whyNotAnew,
} from "../domain/primary.ts";
import type { Survey } from "../domain/survey.ts";
import type { Clock } from "./ports/clock.ts";
import type { LeaseRecord, Leases } from "./ports/lease.ts";

export interface AdoptTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly leases: Readonly<Record<string, Leases>>;
  /** What the journal says, where it was adopted before. */
  readonly onceKnown?: LastKnown | undefined;
}

/**
 * Who is primary; at the very first start, the configured home at epoch 0, written to the Lease in
 * each cluster. Where the journal knows of a start before that, and of a move since, the Leases are lost
 * rather than not there yet: that is for a human. A cluster that answers and has no Lease gets a copy of the deciding one.
 */
export async function adopt(
  application: Application,
  survey: Survey,
  tools: AdoptTools,
): Promise<Primacy> {
  const clusters = [application.home, application.standby];
  const known = foldPrimacy(survey.leases);
  const any = Object.values(survey.leases).some((lease) => "found" in lease && lease.found);
  if ("problem" in known && any) return known;
  if ("problem" in known) {
    const problem = whyNotAdoptable(survey, clusters) ?? whyNotAnew(application, tools.onceKnown);
    if (problem !== undefined) return { problem };
  }
  const now = "problem" in known ? { primary: application.home, epoch: 0, sequence: 0 } : known;
  const { primary, epoch } = now;
  const next: LeaseRecord = { epoch, sequence: 0, primary, durationMs: LEASE_MS };
  const without = clusters.filter((cluster) => {
    const lease = survey.leases[cluster];
    return lease && "found" in lease && lease.found === null;
  });
  try {
    await Promise.all(
      without.map(async (cluster) => {
        const signal = AbortSignal.any([tools.signal, tools.clock.timeout(CALL_MS)]);
        await tools.leases[cluster]?.swap(application.name, { seen: undefined, next }, signal);
      }),
    );
  } catch (error) {
    tools.signal.throwIfAborted();
    // Another process was faster, or a cluster went away: the next survey tells.
    if ("problem" in known) return { problem: `the Leases can't be written (${codeOf(error)})` };
  }
  return now;
}

const LEASE_MS = 5_000;
const CALL_MS = 1_000;
