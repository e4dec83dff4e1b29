import { canonical } from "../domain/canonical.ts";
import { type CheckpointContent, checkpointText } from "../domain/checkpoint.ts";
import { type JournalEvent, LEDGER, type LedgerCheckpoint, streamOf } from "../domain/event.ts";
import { Bell } from "./bell.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal } from "./ports/journal.ts";
import type { Signer } from "./ports/signer.ts";

export interface NotaryTools {
  readonly clock: Clock;
  readonly journal: Pick<Journal, "append" | "last" | "openOperations">;
  readonly signer: Signer;
  readonly signal: AbortSignal;
  /** Whose streams are signed beside the ledger. */
  readonly applications: readonly string[];
  readonly onTrouble: (error: unknown) => void;
}

export type Checkpoint = JournalEvent & LedgerCheckpoint;

/**
 * Signs the journal's heads: at its start, when an operation has ended, and once an hour where
 * something was added since. In nobody's way: what can't be signed now is signed later.
 */
export class Notary {
  readonly #tools: NotaryTools;
  readonly #bell = new Bell();
  #newest: Checkpoint | undefined;

  constructor(tools: NotaryTools) {
    this.#tools = tools;
  }

  /** The newest that this process knows of; undefined: nothing was signed yet. */
  get newest(): Checkpoint | undefined {
    return this.#newest;
  }

  /** There is something to sign. */
  ring(): void {
    this.#bell.ring();
  }

  /** Until the signal aborts. */
  async run(): Promise<void> {
    const { signal, clock, onTrouble } = this.#tools;
    while (!signal.aborted) {
      await this.sign().catch((error: unknown) => {
        if (!signal.aborted) onTrouble(error);
      });
      await this.#bell.wait(EVERY_MS, { clock, signal }).catch(() => undefined);
    }
  }

  /** A checkpoint over what there is now; none where nothing was added since the last one. */
  async sign(): Promise<void> {
    const { journal, signer, clock } = this.#tools;
    const last = await journal.last(LEDGER);
    const heads = await this.#heads();
    // Another process may have signed since.
    const known = last?.type === "ledger.signed" ? last : this.#newest;
    if (last === undefined && Object.keys(heads).length === 0) return;
    const isCovered = known !== undefined && last?.seq === known.seq;
    if (isCovered && known.key === signer.key && canonical(known.heads) === canonical(heads)) {
      this.#newest = known;
      return;
    }
    const at = clock.wallMs();
    const signed = last?.seq ?? 0;
    const signedHash = last?.hash ?? "";
    const content: CheckpointContent = { signed, signedHash, heads, key: signer.key, at };
    const signature = signer.sign(checkpointText(content));
    const fact = { type: "ledger.signed", ...content, signature } as const;
    const event = await journal.append({ ...fact, stream: LEDGER, epoch: last?.epoch ?? 0 });
    if (event.type === "ledger.signed") this.#newest = event;
  }

  async #heads(): Promise<LedgerCheckpoint["heads"]> {
    const { journal, applications } = this.#tools;
    const streams = [...applications.map(streamOf), ...(await journal.openOperations())];
    const heads: [string, LedgerCheckpoint["heads"][string]][] = [];
    for (const stream of streams.toSorted()) {
      const last = await journal.last(stream);
      if (last) heads.push([stream, { seq: last.seq, hash: last.hash }]);
    }
    return Object.fromEntries(heads);
  }
}

const EVERY_MS = 3_600_000;
