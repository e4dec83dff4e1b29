import { canonical } from "../../domain/canonical.ts";
import { codeOf } from "../../domain/errors.ts";
import { claimOf, type Draft, draftOf } from "../../domain/event.ts";
import type { Json } from "../../domain/json.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import type { Spool } from "./spool.ts";

/**
 * Brings what waits in a spool into the journal, in its order, each once: also where an append had
 * no answer and was kept all the same, or a replay before this one died in the middle.
 */
export class Replay {
  readonly #journal: Pick<Journal, "append" | "read">;
  readonly #spool: Spool;
  /** By stream: what it has, in its canonical spelling. */
  readonly #kept = new Map<string, Set<string>>();

  constructor(journal: Pick<Journal, "append" | "read">, spool: Spool) {
    this.#journal = journal;
    this.#spool = spool;
  }

  /** The oldest of what waits. Rejects with GL_STORAGE_AWAY: then it still waits. */
  async some(): Promise<void> {
    const batch = this.#spool.read(BATCH);
    for (const { draft } of batch) await this.#bring(draft);
    const last = batch.at(-1);
    if (last) await this.#spool.drop(last.number);
  }

  /** All is there. */
  forget(): void {
    this.#kept.clear();
  }

  async #bring(draft: Draft): Promise<void> {
    const kept = await this.#keptIn(draft.stream);
    if (kept.has(canonical(draft))) return;
    try {
      await this.#journal.append({ ...draft, late: true });
    } catch (error) {
      if (codeOf(error) !== "GL_STEP_CLAIMED") throw error;
      await this.#refuse(draft, kept);
    }
    kept.add(canonical(draft));
  }

  /** What happened is written down all the same, and claims nothing. */
  async #refuse(draft: Draft, kept: Set<string>): Promise<void> {
    const { stream, epoch, at } = draft;
    const claim = claimOf(draft) ?? "";
    const fact = { type: "late.refused", claim, fact: draft as unknown as Json } as const;
    const refusal: Draft = { ...fact, stream, epoch, at };
    if (kept.has(canonical(refusal))) return;
    await this.#journal.append({ ...refusal, late: true });
  }

  async #keptIn(stream: string): Promise<Set<string>> {
    const known = this.#kept.get(stream);
    if (known) return known;
    const events = await this.#journal.read(stream);
    const kept = new Set(events.map((event) => canonical(draftOf(event))));
    this.#kept.set(stream, kept);
    return kept;
  }
}

const BATCH = 50;
