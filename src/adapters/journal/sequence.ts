import type { Draft, JournalEvent } from "../../domain/event.ts";

/**
 * What a target compares is the sequence that a write carries: the place of its intent in the
 * stream, while the journal is there. What is noted while it is away can't know its place: others
 * may have got further than this process has read. It is given a sequence well beyond, and when it
 * is replayed the record says which, so that whoever writes next goes on beyond that, too.
 */
export const AHEAD = 1_000;

/** By how much a sequence lies beyond its place in this stream by now. */
export function leadOf(stream: readonly JournalEvent[]): number {
  return Math.max(0, ...stream.map(({ seq, sequence = seq }) => sequence - seq));
}

/** Is this what a write follows? */
export function isIntent({ type }: Draft): boolean {
  return type === "step.intended" || type === "undo.intended";
}
