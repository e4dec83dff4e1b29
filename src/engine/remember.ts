import type { JournalEvent } from "../domain/event.ts";
import type { Json } from "../domain/json.ts";
import type { Bookmark } from "./ports/bookmark.ts";
import type { Journal } from "./ports/journal.ts";

/** What is folded of a stream; `state` survives JSON. */
export interface Folding<T> {
  readonly stream: string;
  readonly none: T;
  readonly fold: (state: T, event: JournalEvent) => T;
  /** To be raised with every change of `fold`. */
  readonly version: number;
}

/** The fold of a stream, and how far it goes. */
export interface Remembered<T> {
  readonly state: T;
  /** Of the last record that is in it; 0: none is. */
  readonly seq: number;
  /** Of the journal: what was appended to the stream since comes after it. */
  readonly position: number;
}

/** What is kept beside a position: the fold until there, and the record that it ends with. */
interface Kept<T> {
  /** Of the fold: another one's state is of no use. */
  readonly version: number;
  readonly seq: number;
  readonly hash: string;
  readonly state: T;
}

/**
 * The fold of a stream, from the bookmark on where there is one. That counts only while the journal
 * goes on from exactly the record that it ends with: the journal is the truth, this is to read less
 * of it.
 */
export async function remember<T>(
  { stream, none, fold, version }: Folding<T>,
  {
    journal,
    bookmark,
  }: {
    readonly journal: Pick<Journal, "follow" | "last">;
    readonly bookmark: Bookmark | undefined;
  },
): Promise<Remembered<T>> {
  const mark = await bookmark?.read();
  const kept = mark && readKept<T>(mark.state, version);
  if (mark && kept) {
    const { events, position } = await journal.follow(mark.position, MOST, stream);
    if (await goesOn(kept, events[0], () => journal.last(stream))) {
      const state = events.reduce(fold, kept.state);
      if (events.length < MOST) return await keep({ state, seq: kept.seq, position }, events);
    }
  }
  const { events, position } = await journal.follow(0, Number.MAX_SAFE_INTEGER, stream);
  return await keep({ state: events.reduce(fold, none), seq: 0, position }, events);

  async function keep(found: Remembered<T>, folded: readonly JournalEvent[]) {
    const last = folded.at(-1);
    if (!last) return found;
    const { state, position } = found;
    if (folded.length >= WORTH_KEEPING) {
      const kept: Kept<T> = { version, seq: last.seq, hash: last.hash, state };
      await bookmark?.keep({ position, state: kept as unknown as Json }).catch(() => undefined);
    }
    return { ...found, seq: last.seq };
  }
}

async function goesOn<T>(
  { seq, hash }: Kept<T>,
  next: JournalEvent | undefined,
  last: () => Promise<JournalEvent | undefined>,
): Promise<boolean> {
  if (next) return next.seq === seq + 1 && next.previous === hash;
  const newest = await last();
  return newest?.seq === seq && newest.hash === hash;
}

function readKept<T>(mark: Json, version: number): Kept<T> | undefined {
  const kept = mark as unknown as Partial<Kept<T>> | null;
  return kept?.version === version && kept.state !== undefined ? (kept as Kept<T>) : undefined;
}

/** Fewer are read again faster than a bookmark is kept. */
const WORTH_KEEPING = 1_000;
const MOST = 1_000_000;
