import { canonical } from "./canonical.ts";
import type { Break } from "./chain.ts";
import { type JournalEvent, LEDGER, type LedgerCheckpoint } from "./event.ts";

/** What is signed: the text whose signature a checkpoint bears. */
export type CheckpointContent = Omit<LedgerCheckpoint, "type" | "signature"> & {
  /** Wall clock, in ms since 1970. */
  readonly at: number;
};

/** Is it the signature of the text, under the key that the checkpoints are checked with? */
export type Verify = (text: string, signature: string) => boolean;

export interface CheckpointFindings {
  readonly broken: readonly Break[];
  readonly checkpoints: number;
  /** The newest that is signed with the key; null: none is. */
  readonly newest: { readonly seq: number; readonly signed: number; readonly at: number } | null;
  /** Records of the ledger after the newest one: no signature covers them. */
  readonly unsigned: number;
  /** Operations that were opened or ended after it. */
  readonly unsignedOperations: readonly string[];
}

/** The first line keeps a signature from being taken for one of anything else. */
export function checkpointText(content: CheckpointContent): string {
  const { signed, signedHash, heads, key, at } = content;
  return `greenlight checkpoint v1\n${canonical({ signed, signedHash, heads, key, at })}\n`;
}

/**
 * What the checkpoints in a journal say of it. `key` is the id of the key that `verify` knows;
 * checkpoints of another key are counted, and prove nothing.
 */
export function checkCheckpoints(
  events: readonly JournalEvent[],
  { key, verify }: { readonly key: string; readonly verify: Verify },
): CheckpointFindings {
  const hashes = new Map(events.map(({ stream, seq, hash }) => [`${seq} ${stream}`, hash]));
  const ledger = events.filter(({ stream }) => stream === LEDGER);
  const broken: Break[] = [];
  let newest: CheckpointFindings["newest"] = null;
  let checkpoints = 0;
  for (const event of ledger) {
    if (event.type !== "ledger.signed") continue;
    checkpoints += 1;
    const whys = event.key === key ? whyNotSo(event, hashes, verify) : [];
    broken.push(...whys.map((what) => ({ stream: LEDGER, seq: event.seq, what })));
    if (event.key === key && whys.length === 0)
      newest = { seq: event.seq, signed: event.signed, at: event.at };
  }
  if (newest === null)
    broken.push({ stream: LEDGER, seq: 0, what: `has no checkpoint that key ${key} signed` });
  const signed = newest?.signed ?? 0;
  const after = ledger.flatMap((event) =>
    event.type === "ledger.noted" && event.seq > signed ? [event.operation] : [],
  );
  return {
    broken,
    checkpoints,
    newest,
    unsigned: after.length,
    unsignedOperations: [...new Set(after)],
  };
}

type Checkpoint = JournalEvent & LedgerCheckpoint;

function whyNotSo(
  event: Checkpoint,
  hashes: ReadonlyMap<string, string>,
  verify: Verify,
): readonly string[] {
  if (!verify(checkpointText(event), event.signature))
    return ["bears a signature that is not of its content, or not by this key"];
  const ledger = { [LEDGER]: { seq: event.signed, hash: event.signedHash } };
  const heads = { ...(event.signed > 0 && ledger), ...event.heads };
  return Object.entries(heads).flatMap(([stream, { seq, hash }]) => {
    const found = hashes.get(`${seq} ${stream}`);
    if (found === hash) return [];
    return [`signed ${stream} record ${seq}, which is ${found ? "another one now" : "missing"}`];
  });
}
