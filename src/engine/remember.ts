import { type JournalEvent, streamOf } from "../domain/event.ts";
import type { Json } from "../domain/json.ts";
import { foldMemory, type Memory, NO_MEMORY } from "../domain/memory.ts";
import type { Bookmark } from "./ports/bookmark.ts";
import type { Journal } from "./ports/journal.ts";

/** What is kept beside a position: the fold until there, and the record that it ends with. */
interface Kept {
  /** Of the fold: another one's memory is of no use. */
  readonly version: number;
  readonly seq: number;
  readonly hash: string;
  readonly memory: Memory;
}

/** The fold of a stream, and how far it goes. */
export interface Remembered {
  readonly memory: Memory;
  /** Of the last record that is in it; 0: none is. */
  readonly seq: number;
  /** Of the journal: what was appended to the stream since comes after it. */
  readonly position: number;
}

/**
 * The memory of an application: the fold of its stream, from the bookmark on where there is one. It
 * counts only while the journal goes on from exactly the record that it ends with: the journal is
 * the truth, this is to read less of it.
 */
export async function remember(
  application: string,
  { journal, bookmark }: { readonly journal: Journal; readonly bookmark: Bookmark | undefined },
): Promise<Remembered> {
  const stream = streamOf(application);
  const mark = await bookmark?.read();
  const kept = mark && readKept(mark.state);
  if (mark && kept) {
    const { events, position } = await journal.follow(mark.position, MOST, stream);
    if (await goesOn(kept, events[0], () => journal.last(stream))) {
      const memory = events.reduce(foldMemory, kept.memory);
      if (events.length < MOST) return await keep({ memory, seq: kept.seq, position }, events);
    }
  }
  const { events, position } = await journal.follow(0, Number.MAX_SAFE_INTEGER, stream);
  return await keep({ memory: events.reduce(foldMemory, NO_MEMORY), seq: 0, position }, events);

  async function keep({ memory, seq, position }: Remembered, folded: readonly JournalEvent[]) {
    const last = folded.at(-1);
    if (last && folded.length >= WORTH_KEEPING) {
      const state: Kept = { version: VERSION, seq: last.seq, hash: last.hash, memory };
      await bookmark?.keep({ position, state: state as unknown as Json }).catch(() => undefined);
    }
    return { memory, seq: last?.seq ?? seq, position };
  }
}

async function goesOn(
  { seq, hash }: Kept,
  next: JournalEvent | undefined,
  last: () => Promise<JournalEvent | undefined>,
): Promise<boolean> {
  if (next) return next.seq === seq + 1 && next.previous === hash;
  const newest = await last();
  return newest?.seq === seq && newest.hash === hash;
}

function readKept(state: Json): Kept | undefined {
  const kept = state as unknown as Partial<Kept> | null;
  return kept?.version === VERSION && kept.memory !== undefined ? (kept as Kept) : undefined;
}

/** Raise it with every change of `foldMemory`. */
const VERSION = 1;
/** Fewer are read again faster than a bookmark is kept. */
const WORTH_KEEPING = 1_000;
const MOST = 1_000_000;
