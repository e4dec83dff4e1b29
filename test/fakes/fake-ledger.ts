import type { createSigner } from "../../src/adapters/signing/ed25519.ts";
import { checkpointText } from "../../src/domain/checkpoint.ts";
import { type JournalEvent, LEDGER } from "../../src/domain/event.ts";
import type { AuditCheckpoint, AuditHead } from "../../src/runtime/control.ts";

/** Of a journal whose records are all there are. */
export function ledgerHead(journal: readonly JournalEvent[]): AuditHead {
  const last = journal.findLast(({ stream }) => stream === LEDGER);
  return { seq: last?.seq ?? 0, hash: last?.hash ?? "" };
}

/** The same head, signed, as the record after it. */
export function ledgerCheckpoint(
  journal: readonly JournalEvent[],
  signer: ReturnType<typeof createSigner>,
): AuditCheckpoint {
  const { seq, hash } = ledgerHead(journal);
  const signed = { signed: seq, signedHash: hash, heads: {}, key: signer.key, at: 9 };
  const signature = signer.sign(checkpointText(signed));
  return { type: "ledger.signed", ...signed, signature, seq: seq + 1 };
}
