import type { Route53, Submitted } from "../../adapters/route53/route53.ts";
import { codeOf } from "../../domain/errors.ts";
import { isStale } from "../../domain/fence.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { HeldSets } from "./held-sets.ts";

/**
 * The latest change that was made, until all name servers have it, and what the zone then has.
 *
 * An account has five calls a second for all that it does, and whoever waits looks more often than
 * that: no call here comes sooner than `LOOK_MS` after the one before it.
 */
export interface Propagation {
  /** From now on this change is looked after; a newer one stays. */
  follow(sent: Submitted, made: HeldSets): void;
  /** As it is now; null where none is known. */
  look(signal: AbortSignal): Promise<Submitted | null>;
  /** What was made while it is on its way, then what `read` finds, at most `LOOK_MS` old. */
  held(read: (signal: AbortSignal) => Promise<HeldSets>, signal: AbortSignal): Promise<HeldSets>;
  /** The zone may be another one now: the next look is a new one. */
  forget(): void;
  /** A change may have been made whose id nobody told. */
  lose(): void;
}

export function createPropagation(route53: Route53, clock: Clock): Propagation {
  let latest: { readonly sent: Submitted; readonly made: HeldSets; askedMs: number } | undefined;
  let seen: { readonly held: HeldSets; readonly atMs: number } | undefined;
  return {
    follow(sent, made) {
      seen = undefined;
      if (latest && isStale(made.fence, latest.made.fence)) return;
      latest = { sent, made, askedMs: clock.monotonicMs() };
    },
    async look(signal) {
      const asked = latest;
      if (asked === undefined || asked.sent.isInSync) return asked?.sent ?? null;
      const leftMs = asked.askedMs + LOOK_MS - clock.monotonicMs();
      if (leftMs > 0) await clock.sleep(leftMs, signal);
      asked.askedMs = clock.monotonicMs();
      const isInSync = await isInSyncNow(route53, asked.sent.id, signal);
      if (latest !== asked) return latest?.sent ?? null;
      if (isInSync === undefined) latest = undefined;
      else latest = { ...asked, sent: { ...asked.sent, isInSync } };
      return latest?.sent ?? null;
    },
    async held(read, signal) {
      if (latest && !latest.sent.isInSync) return latest.made;
      if (seen && clock.monotonicMs() - seen.atMs < LOOK_MS) return seen.held;
      const [atMs, held] = [clock.monotonicMs(), await read(signal)];
      seen = { held, atMs };
      return held;
    },
    forget() {
      seen = undefined;
    },
    lose() {
      latest = undefined;
    },
  };
}

/** undefined: the API does not know the change any more, so the name servers alone can tell. */
async function isInSyncNow(
  route53: Route53,
  id: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    return await route53.isInSync(id, signal);
  } catch (error) {
    if (codeOf(error) === "GL_NOT_FOUND") return undefined;
    throw error;
  }
}

const LOOK_MS = 1_000;
