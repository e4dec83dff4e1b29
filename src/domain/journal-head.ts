import { canonical } from "./canonical.ts";
import type { Break } from "./chain.ts";
import type { JournalEvent, StreamHead } from "./event.ts";

/** By stream. */
export type Heads = Readonly<Record<string, StreamHead>>;

/**
 * The last record of the ledger, and of each stream whose end it does not note: those of
 * applications, and of operations that have not ended. Who keeps these finds every cut before them.
 */
export function headsOf(events: readonly JournalEvent[]): Heads {
  const heads = new Map<string, StreamHead>();
  for (const event of events) take(heads, event);
  return Object.fromEntries(heads);
}

/** One short text for all of them: of any two journals that differ before it, it differs. */
export function digestOfHeads(heads: Heads, digest: (text: string) => string): string {
  return digest(`greenlight head v1\n${canonical(heads)}\n`);
}

/** Was that the head when the journal was shorter, or is it now? `events` as they were appended. */
export function hadHead(
  events: readonly JournalEvent[],
  head: string,
  digest: (text: string) => string,
): boolean {
  const heads = new Map<string, StreamHead>();
  return events.some((event) => {
    take(heads, event);
    return digestOfHeads(Object.fromEntries(heads), digest) === head;
  });
}

/** What these say was there and is not, or is another record by now. */
export function whyNotUpTo(heads: Heads, events: readonly JournalEvent[]): readonly Break[] {
  const hashes = new Map(events.map(({ stream, seq, hash }) => [`${seq} ${stream}`, hash]));
  const lasts = new Map<string, number>();
  for (const { stream, seq } of events) lasts.set(stream, Math.max(seq, lasts.get(stream) ?? 0));
  return Object.entries(heads).flatMap(([stream, { seq, hash }]) => {
    const found = hashes.get(`${seq} ${stream}`);
    if (found === hash) return [];
    const last = lasts.get(stream);
    const here = last === undefined ? "nothing of it is here" : `the last here is record ${last}`;
    const what = found
      ? "is not the record that the given head has"
      : `is missing, the given head has it: ${here}`;
    return [{ stream, seq, what }];
  });
}

function take(heads: Map<string, StreamHead>, { stream, seq, hash, type }: JournalEvent): void {
  if (type === "operation.ended") heads.delete(stream);
  else heads.set(stream, { seq, hash });
}
