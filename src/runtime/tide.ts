import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";

export interface Tide {
  /** Calls back when something was appended, by whomever; returns how to stop that. */
  onRise(listener: () => void): () => void;
  /** Until the process is told to stop. A journal that is away is asked again. */
  run(): Promise<void>;
}

/** Notices what other processes append to the journal, for those here who wait for it. */
export function createTide(
  journal: Pick<Journal, "head">,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Tide {
  const listeners = new Set<() => void>();
  let known = 0;
  const look = async () => {
    const head = await journal.head();
    if (head === known) return;
    known = head;
    for (const listener of listeners) listener();
  };
  return {
    onRise: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    run: async () => {
      while (!signal.aborted) {
        await look().catch(() => undefined);
        await clock.sleep(LOOK_MS, signal).catch(() => undefined);
      }
    },
  };
}

const LOOK_MS = 250;
