import { GreenlightError } from "../../domain/errors.ts";
import { type Fence, isSameFence, isStale } from "../../domain/fence.ts";
import type { HeldLease, LeaseRecord, Leases } from "../../engine/ports/lease.ts";
import type { Lease } from "./lease.ts";

export interface LeaseWrite {
  readonly leases: Leases;
  readonly application: string;
  readonly seen: HeldLease;
  readonly wanted: Fence & Lease;
}

/**
 * The record as it is then; what is right is not written again, and holder, operation and renewal
 * stay. Rejects with GL_EPOCH_STALE where the Lease has a newer pair, GL_CONFLICT where it changed.
 */
export async function writeLease(
  { leases, application, seen, wanted }: LeaseWrite,
  signal: AbortSignal,
): Promise<LeaseRecord> {
  const { record } = seen;
  if (isStale(wanted, record)) {
    const held = `the Lease has ${record.epoch}/${record.sequence}`;
    throw new GreenlightError("GL_EPOCH_STALE", `${wanted.epoch}/${wanted.sequence}, ${held}`);
  }
  if (isSameFence(wanted, record) && wanted.primary === record.primary) return record;
  signal.throwIfAborted();
  const next = { ...record, ...wanted };
  return (await leases.swap(application, { seen, next }, signal)).record;
}
