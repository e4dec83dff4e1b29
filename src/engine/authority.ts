import { GreenlightError, reasonOf } from "../domain/errors.ts";
import { type Fence, isStale } from "../domain/fence.ts";
import { bounded, CALL_MS, keepLease, LEASE_MS } from "./lease-keeping.ts";
import type { Clock } from "./ports/clock.ts";
import type { HeldLease, LeaseRecord, Leases } from "./ports/lease.ts";

export interface AuthorityTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Who we are, the same after a restart on the same store. */
  readonly holder: string;
  readonly leases: Readonly<Record<string, Leases>>;
}

export interface Wanted {
  readonly application: string;
  readonly operation: string;
  /** The cluster whose Lease decides: without it there is no authority. */
  readonly decisive: string;
  /** The cluster that is primary as far as the caller knows, and stays so until a step says otherwise. */
  readonly primary: string;
  /** Must both clusters take the epoch? Else the other is told, whether it hears it or not. */
  readonly all?: boolean;
  /** Above the highest that the caller knows; a resumed operation wants exactly its own again. */
  readonly epoch: { readonly above: Fence } | { readonly same: number };
  /**
   * Asked where the Lease was waited for and its holder is gone, before it is taken: rejects where
   * what that one had begun must go on at its own epoch.
   */
  readonly confirm?: () => Promise<void>;
}

/** The right to act for one application, until its signal aborts. */
export interface Authority {
  readonly epoch: number;
  /** Aborts when the Lease was lost or could not be renewed in time. */
  readonly signal: AbortSignal;
  /** Stops renewing, and says in the Lease that nobody holds it. Never rejects. */
  release(): Promise<void>;
}

/**
 * Wins the decisive cluster's Lease, then tells the others, off the caller's path; where all must
 * take it, none is told before every one has answered, and the caller waits for each.
 *
 * Rejects with GL_REFUSED when one that must take it does not, GL_LEASE_HELD when another process
 * holds it, GL_EPOCH_STALE when a resumed one has been overtaken, GL_CONFLICT when somebody was
 * faster, or has made another cluster primary since, GL_UNREACHABLE when the cluster is away.
 */
export async function acquire(wanted: Wanted, tools: AuthorityTools): Promise<Authority> {
  const leases = leasesOf(wanted.decisive, tools);
  // Those of the application: what else there is may be away, and is none of its business.
  const others = [wanted.primary].filter((name) => name !== wanted.decisive);
  const elsewhere = wanted.all ? await readAll(others, { wanted, tools }) : [];
  const seen = await leases.read(wanted.application, bounded(tools, CALL_MS));
  const epoch = epochFor(wanted, [seen, ...elsewhere]);
  stillPrimary(wanted, [seen, ...elsewhere]);
  await whileHeldByAnother(wanted, { seen, leases, tools });
  const record: LeaseRecord = {
    ...(seen?.record.epoch === epoch ? seen.record : { sequence: 0, primary: wanted.primary }),
    epoch,
    operation: wanted.operation,
    holder: tools.holder,
    durationMs: LEASE_MS,
    renewedAt: tools.clock.wallMs(),
  };
  const change = { seen, next: record };
  const held = await leases.swap(wanted.application, change, bounded(tools, CALL_MS));
  const authority = keepLease(held, { wanted, leases, tools });
  const telling = others.map((name) => tell(name, { wanted, record, tools }));
  if (wanted.all) await takenByAll(await Promise.all(telling), { authority, others });
  return authority;
}

/** The highest that any of the readable Leases has, for `above`. */
function epochFor(
  { epoch, application }: Wanted,
  seen: readonly (HeldLease | undefined)[],
): number {
  const highest = Math.max(0, ...seen.map((lease) => lease?.record.epoch ?? 0));
  if ("above" in epoch) return Math.max(epoch.above.epoch, highest) + 1;
  if (highest > epoch.same)
    throw new GreenlightError("GL_EPOCH_STALE", `${application} is at epoch ${highest} by now`);
  return epoch.same;
}

/**
 * A record that says so would take a finished move back without undoing it. A Lease that is older than
 * what the caller knows has only not heard of it.
 */
function stillPrimary(
  { application, primary, epoch }: Wanted,
  seen: readonly (HeldLease | undefined)[],
): void {
  if (!("above" in epoch)) return;
  const known = epoch.above;
  const other = seen.find(
    (lease) => lease && isStale(known, lease.record) && lease.record.primary !== primary,
  );
  if (other)
    throw new GreenlightError(
      "GL_CONFLICT",
      `${other.record.primary} is primary of ${application} by now`,
    );
}

/** A holder that is alive renews: one that does not, for as long as its Lease lasts, is gone. */
async function whileHeldByAnother(
  { application, confirm }: Wanted,
  { seen, leases, tools }: { seen: HeldLease | undefined; leases: Leases; tools: AuthorityTools },
): Promise<void> {
  const record = seen?.record;
  if (!record?.operation || record.holder === tools.holder) return;
  await tools.clock.sleep(record.durationMs, tools.signal);
  const later = await leases.read(application, bounded(tools, CALL_MS));
  if (later?.version !== seen?.version)
    throw new GreenlightError("GL_LEASE_HELD", `${record.holder} runs ${record.operation}`);
  await confirm?.();
}

/** The others' Leases, before anything is written anywhere. */
async function readAll(
  clusters: readonly string[],
  { wanted, tools }: { readonly wanted: Wanted; readonly tools: AuthorityTools },
): Promise<readonly (HeldLease | undefined)[]> {
  return await Promise.all(
    clusters.map(async (cluster) => {
      try {
        return await leasesOf(cluster, tools).read(wanted.application, bounded(tools, CALL_MS));
      } catch (error) {
        tools.signal.throwIfAborted();
        throw notTaken(cluster, error);
      }
    }),
  );
}

/** Gives the right to act back where a cluster did not take its epoch. */
async function takenByAll(
  told: readonly unknown[],
  { authority, others }: { readonly authority: Authority; readonly others: readonly string[] },
): Promise<void> {
  const at = told.findIndex((why) => why !== undefined);
  if (at < 0) return;
  await authority.release();
  throw notTaken(others[at] ?? "", told[at]);
}

function notTaken(cluster: string, cause: unknown): GreenlightError {
  const why = `every cluster must take the epoch, and ${cluster} does not: ${reasonOf(cause)}`;
  return new GreenlightError("GL_REFUSED", why, cause);
}

/**
 * Tells a cluster that is not decisive of the new epoch, once; why it did not take it, where that
 * is so. Never rejects. The record goes as a whole: one pair with two primaries would leave nobody
 * able to say who is primary.
 */
async function tell(
  cluster: string,
  { wanted, record, tools }: { wanted: Wanted; record: LeaseRecord; tools: AuthorityTools },
): Promise<unknown> {
  const signal = bounded(tools, wanted.all ? CALL_MS : OTHERS_MS);
  try {
    const leases = leasesOf(cluster, tools);
    const seen = await leases.read(wanted.application, signal);
    if (seen && seen.record.epoch > record.epoch)
      return new GreenlightError("GL_EPOCH_STALE", `${cluster} is at epoch ${seen.record.epoch}`);
    if (seen?.record.epoch === record.epoch) return undefined;
    await leases.swap(wanted.application, { seen, next: record }, signal);
    return undefined;
  } catch (error) {
    // Its epoch stays old: it loses against the decisive one wherever the two are compared.
    return error;
  }
}

function leasesOf(cluster: string, { leases }: AuthorityTools): Leases {
  const found = leases[cluster];
  if (!found) throw new GreenlightError("GL_NOT_FOUND", `there is no cluster ${cluster}`);
  return found;
}

/** A cluster that is about to be moved away from has no more of our time. */
const OTHERS_MS = 300;
