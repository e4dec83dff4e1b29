import type { Clock } from "../../engine/ports/clock.ts";

/** The last texts that went out, for those who come by and hear them nowhere else. */
export interface SignalOffers {
  /** What is too large is left out. */
  add(text: string): void;
  /** What is old by now would be refused. */
  fresh(): readonly string[];
}

export function createSignalOffers(clock: Pick<Clock, "monotonicMs">): SignalOffers {
  let offered: readonly { readonly text: string; readonly atMs: number }[] = [];
  return {
    add: (text) => {
      if (Buffer.byteLength(text) <= MAX_OFFERED_BYTES)
        offered = [...offered, { text, atMs: clock.monotonicMs() }].slice(-MAX_OFFERED);
    },
    fresh: () => {
      const sinceMs = clock.monotonicMs() - OFFERED_FOR_MS;
      return offered.flatMap(({ text, atMs }) => (atMs >= sinceMs ? [text] : []));
    },
  };
}

/** All of them are less than who tells us something would read. */
const MAX_OFFERED = 32;
const MAX_OFFERED_BYTES = 1_800;
/** Well within the time in which a signal is heard. */
const OFFERED_FOR_MS = 5_000;
