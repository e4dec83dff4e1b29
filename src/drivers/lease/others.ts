import { bounded } from "../../adapters/clock/bound.ts";
import { codeOf } from "../../domain/errors.ts";
import type { Fence } from "../../domain/fence.ts";
import type { HeldLease, LeaseRecord, Leases } from "../../engine/ports/lease.ts";
import type { Lease, LeaseTools } from "./lease.ts";
import { writeLease } from "./write-lease.ts";

/** What a cluster that is not decisive says. unreachable: it did not answer within its time. */
export type OtherLease =
  | "absent"
  | "unreachable"
  | "unreadable"
  | { readonly epoch: number; readonly sequence: number; readonly primary: string };

/** The Leases of all clusters but the decisive one. That they don't answer is no error. */
export interface Others {
  read(signal: AbortSignal): Promise<{ readonly [cluster: string]: OtherLease }>;
  /**
   * Tells those that answer; one without a Lease gets a copy of `record`.
   * Rejects with GL_EPOCH_STALE when one of them has a newer pair: somebody else may act by now.
   */
  write(
    wanted: Fence & Lease,
    options: { readonly record: LeaseRecord; readonly signal: AbortSignal },
  ): Promise<void>;
}

export function createOthers({ application, clusters, decisive, clock }: LeaseTools): Others {
  const all = Object.entries(clusters).filter(([name]) => name !== decisive);
  /** Those that were silent once are told, but not waited for: a step waits for each but once. */
  const silent = new Set<string>();

  /** All of them at once: the answer's name -> its value, or why there is none. */
  const each = async <T>(
    signal: AbortSignal,
    ask: (leases: Leases, inTime: AbortSignal) => Promise<T>,
  ): Promise<readonly (readonly [string, T | "unreachable" | "unreadable"])[]> => {
    const one = async ([name, leases]: readonly [string, Leases]) => {
      const options = { clock, timeoutMs: OTHERS_MS, signal };
      const asking = bounded(options, (inTime) => ask(leases, inTime));
      asking.catch(() => undefined);
      try {
        return [name, await waitFor(asking, silent.has(name) ? 0 : PATIENCE_MS)] as const;
      } catch (error) {
        signal.throwIfAborted();
        if (codeOf(error) === "GL_EPOCH_STALE") throw error;
        if (codeOf(error) === "GL_RECORD_UNREADABLE") return [name, "unreadable"] as const;
        silent.add(name);
        return [name, UNREACHABLE] as const;
      }
    };
    const waitFor = async <R>(asking: Promise<R>, timeoutMs: number) =>
      await bounded({ clock, timeoutMs, signal }, () => asking);
    return await Promise.all(all.map(one));
  };

  return {
    read: async (signal) => {
      const answers = await each<OtherLease>(signal, async (leases, inTime) => {
        const held = await leases.read(application, inTime);
        if (!held) return "absent";
        const { epoch, sequence, primary } = held.record;
        return { epoch, sequence, primary };
      });
      return Object.fromEntries(answers);
    },
    write: async (wanted, { record, signal }) => {
      await each(signal, async (leases, inTime) => {
        const seen = await leases.read(application, inTime);
        if (seen)
          await writeLease({ leases, application, seen: unheld(seen, wanted), wanted }, inTime);
        else await leases.swap(application, { seen, next: { ...record, ...wanted } }, inTime);
      });
    },
  };
}

/** Who held it at an older epoch holds nothing any more: nobody who comes later need wait for that one. */
function unheld(seen: HeldLease, { epoch }: Fence): HeldLease {
  if (seen.record.epoch >= epoch) return seen;
  const { operation: _, holder: __, ...record } = seen.record;
  return { ...seen, record };
}

const UNREACHABLE = "unreachable" as const;
/** What is being left may be dead: so long it may take, beside our way. */
const OTHERS_MS = 300;
/** So much of it the step waits. */
const PATIENCE_MS = 100;
