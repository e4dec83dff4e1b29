import { canonical } from "./canonical.ts";
import type { JournalEvent } from "./event.ts";

/** A line that is no record, counted from 1. */
export interface BadLine {
  readonly line: number;
  readonly what: string;
}

/** One record a line, each in its canonical spelling: what `parseJournal` reads. */
export function renderJournal(events: readonly JournalEvent[]): string {
  return events.map((event) => `${canonical(event)}\n`).join("");
}

/**
 * Reads records, one a line. A line counts only in the spelling that was written: one more space
 * would change no value, but it is a changed byte.
 */
export function parseJournal(text: string): {
  readonly events: readonly JournalEvent[];
  readonly bad: readonly BadLine[];
} {
  const events: JournalEvent[] = [];
  const bad: BadLine[] = [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [i, line] of lines.entries()) {
    const value = parse(line);
    if (!isRecord(value)) bad.push({ line: i + 1, what: "is no record of a journal" });
    else if (canonical(value) !== line) bad.push({ line: i + 1, what: "is not spelt canonically" });
    if (isRecord(value)) events.push(value);
  }
  return { events, bad };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** As far as the chain is concerned; what a fact holds beyond that is proven by its hash. */
function isRecord(value: unknown): value is JournalEvent {
  if (typeof value !== "object" || value === null) return false;
  const { stream, seq, previous, hash, type } = value as Readonly<Record<string, unknown>>;
  const texts = [stream, previous, hash, type];
  return texts.every((text) => typeof text === "string") && Number.isSafeInteger(seq);
}
