import { codeOf, GreenlightError } from "../domain/errors.ts";
import type { Authority, AuthorityTools, Wanted } from "./authority.ts";
import type { HeldLease, LeaseRecord, Leases } from "./ports/lease.ts";

/** Renews a Lease that was won until it is released: the right to act goes where the Lease goes. */
export function keepLease(
  first: HeldLease,
  { wanted, leases, tools }: { wanted: Wanted; leases: Leases; tools: AuthorityTools },
): Authority {
  const lost = new AbortController();
  const done = new AbortController();
  const either = AbortSignal.any([tools.signal, done.signal]);
  const renewing = renew(first.record, {
    wanted,
    leases,
    tools: { ...tools, signal: either },
  }).catch((error) => {
    if (!either.aborted) lost.abort(error);
  });
  return {
    epoch: first.record.epoch,
    signal: AbortSignal.any([tools.signal, lost.signal]),
    release: async () => {
      done.abort(new Error("released"));
      await renewing;
      if (!lost.signal.aborted) await free({ wanted, leases, tools });
    },
  };
}

/**
 * Renews until it is told to stop; rejects when it could not in time, or was overtaken. In time is
 * before anybody may take it, counted from when the last renewal left, however long calls take.
 */
async function renew(
  record: LeaseRecord,
  { wanted, leases, tools }: { wanted: Wanted; leases: Leases; tools: AuthorityTools },
): Promise<never> {
  const { clock, signal } = tools;
  let renewedMs = clock.monotonicMs();
  const leftMs = () => renewedMs + LEASE_MS - MARGIN_MS - clock.monotonicMs();
  const inTime = () => bounded(tools, Math.max(0, Math.min(CALL_MS, leftMs())));
  for (;;) {
    await clock.sleep(Math.max(0, Math.min(RENEW_MS, leftMs())), signal);
    const leavesMs = clock.monotonicMs();
    try {
      const seen = await leases.read(wanted.application, inTime());
      if (!seen || !isOurs(seen.record, { ...record, holder: tools.holder }))
        throw new GreenlightError("GL_LEASE_LOST", `${wanted.operation} no longer holds it`);
      const next = { ...seen.record, renewedAt: clock.wallMs() };
      await leases.swap(wanted.application, { seen, next }, inTime());
      renewedMs = leavesMs;
    } catch (error) {
      signal.throwIfAborted();
      if (codeOf(error) === "GL_LEASE_LOST") throw error;
      if (leftMs() <= 0)
        throw new GreenlightError("GL_LEASE_LOST", "it could not be renewed in time", error);
    }
  }
}

function isOurs(seen: LeaseRecord, ours: LeaseRecord): boolean {
  const { operation, epoch, holder } = ours;
  return seen.operation === operation && seen.epoch === epoch && seen.holder === holder;
}

async function free({
  wanted,
  leases,
  tools,
}: {
  wanted: Wanted;
  leases: Leases;
  tools: AuthorityTools;
}): Promise<void> {
  try {
    const seen = await leases.read(wanted.application, bounded(tools, CALL_MS));
    if (seen?.record.operation !== wanted.operation || seen.record.holder !== tools.holder) return;
    const { operation: _, holder: __, ...next } = seen.record;
    await leases.swap(wanted.application, { seen, next }, bounded(tools, CALL_MS));
  } catch {
    // It runs out by itself.
  }
}

/** Aborts when the process stops, or when the time is over. */
export function bounded({ clock, signal }: AuthorityTools, ms: number): AbortSignal {
  return AbortSignal.any([signal, clock.timeout(ms)]);
}

/** A holder that does not renew for so long is gone. */
export const LEASE_MS = 5_000;
/** Of one call to the decisive cluster. */
export const CALL_MS = 1_000;
const RENEW_MS = 1_000;
/** Before it runs out, what was begun under it has this long to stop. */
const MARGIN_MS = 1_000;
