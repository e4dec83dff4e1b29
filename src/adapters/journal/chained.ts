import { canonical } from "../../domain/canonical.ts";
import { NO_PREVIOUS } from "../../domain/chain.ts";
import { type Draft, type JournalEvent, LEDGER } from "../../domain/event.ts";
import type { Digest } from "../../engine/ports/digest.ts";
import type { Kept } from "./insert.ts";

/** The last record of a stream, as far as the next one needs it. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const NO_HEAD: Head = { seq: 0, hash: NO_PREVIOUS };

/** The record that follows `head`, exactly as it will be read back. */
export function chained(draft: Draft, head: Head, digest: Digest): Kept {
  const unhashed = { ...draft, seq: head.seq + 1, previous: head.hash };
  const body = canonical({ ...unhashed, hash: digest(canonical(unhashed)) });
  return { event: JSON.parse(body), body };
}

/** What the ledger says of a record, where it says anything. */
export function noteOf(event: JournalEvent): Draft | undefined {
  if (event.type !== "operation.opened" && event.type !== "operation.ended") return undefined;
  const { stream: operation, seq: noted, hash: notedHash, epoch, at } = event;
  return { type: "ledger.noted", operation, noted, notedHash, stream: LEDGER, epoch, at };
}
