import type { Draft } from "../../domain/event.ts";
import { sha256 } from "../digest/sha256.ts";

export interface Spooled {
  /** Rising, from 1 in each file that was emptied and opened again. */
  readonly number: number;
  readonly draft: Draft;
}

interface Folded {
  readonly waiting: readonly Spooled[];
  readonly last: number;
  /** Up to the end of the last whole line. */
  readonly bytes: number;
  /** The numbers, from 1, of lines that are not as they were written. */
  readonly broken: readonly number[];
}

/** What a spool's file says; what follows its last line break was never acknowledged. */
export function foldSpool(content: Buffer): Folded {
  const bytes = content.lastIndexOf("\n") + 1;
  const broken: number[] = [];
  const drafts: Spooled[] = [];
  let [last, dropped] = [0, 0];
  for (const [i, line] of content.toString("utf8", 0, bytes).split("\n").slice(0, -1).entries()) {
    const value = read(line);
    if (value === undefined) broken.push(i + 1);
    else if ("dropped" in value) dropped = value.dropped;
    else {
      drafts.push(value);
      last = value.number;
    }
  }
  const waiting = drafts.filter(({ number }) => number > dropped);
  return { waiting, last: Math.max(last, dropped), bytes, broken };
}

function read(line: string): Spooled | { readonly dropped: number } | undefined {
  const [sum, body] = [line.slice(0, SUM_LENGTH), line.slice(SUM_LENGTH + 1)];
  // What fits its sum is what we wrote.
  return sha256(body) === sum ? JSON.parse(body) : undefined;
}

const SUM_LENGTH = 64;
