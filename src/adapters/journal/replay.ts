import { canonical } from "../../domain/canonical.ts";
import { codeOf } from "../../domain/errors.ts";
import { claimOf, type Draft, draftOf, type Fact } from "../../domain/event.ts";
import type { Json } from "../../domain/json.ts";
import type { BaseJournal } from "./base-journal.ts";
import { type Head, NO_HEAD } from "./chained.ts";
import { isClash } from "./clash.ts";
import { leadOf } from "./sequence.ts";
import type { Spool } from "./spool.ts";

/**
 * Brings what waits in a spool into the journal, in its order, each once: also where an append had
 * no answer and was kept all the same, or a replay before this one died in the middle. Each follows
 * exactly the record that this has looked at last: what a broken connection still brings comes
 * before that look, or finds its place taken.
 */
export class Replay {
  readonly #journal: Pick<BaseJournal, "append" | "read">;
  readonly #spool: Spool;
  readonly #streams = new Map<string, Known>();

  constructor(journal: Pick<BaseJournal, "append" | "read">, spool: Spool) {
    this.#journal = journal;
    this.#spool = spool;
  }

  /** The oldest of what waits. Rejects as the journal does, or when `late` aborts: it still waits. */
  async some(late?: AbortSignal): Promise<void> {
    const batch = this.#spool.read(BATCH);
    for (const { draft } of batch) {
      late?.throwIfAborted();
      await this.#bring(draft);
    }
    const last = batch.at(-1);
    if (last) await this.#spool.drop(last.number);
  }

  /** All is there. */
  forget(): void {
    this.#streams.clear();
  }

  async #bring(draft: Draft): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const known = await this.#knownOf(draft.stream);
      try {
        return await this.#bringTo(known, draft);
      } catch (error) {
        // It may have been kept all the same.
        this.#streams.delete(draft.stream);
        if (!isClash(error) || tries === MOST_TRIES) throw error;
      }
    }
  }

  async #bringTo(known: Known, draft: Draft): Promise<void> {
    if (known.kept.has(textOf(draft))) return await this.#find(known, draft);
    try {
      await this.#append(known, draft);
    } catch (error) {
      if (codeOf(error) !== "GL_STEP_CLAIMED") throw error;
      await this.#refuse(known, draft);
    }
  }

  /** It stands where its writes carried more: whoever writes next must know. */
  async #find(known: Known, draft: Draft): Promise<void> {
    const { sequence = 0 } = draft;
    if (sequence <= known.head.seq + known.lead) return;
    await this.#say(known, draft, { type: "late.found", claim: claimOf(draft) ?? "" });
  }

  /** What happened is written down all the same, and claims nothing. */
  async #refuse(known: Known, draft: Draft): Promise<void> {
    const fact = draftOf(draft) as unknown as Json;
    await this.#say(known, draft, { type: "late.refused", claim: claimOf(draft) ?? "", fact });
  }

  async #say(known: Known, { stream, epoch, at, sequence }: Draft, fact: Fact): Promise<void> {
    const said: Draft = { ...fact, stream, epoch, at, ...(sequence !== undefined && { sequence }) };
    if (!known.kept.has(textOf(said))) await this.#append(known, said);
  }

  async #append(known: Known, draft: Draft): Promise<void> {
    const event = await this.#journal.append({ ...draft, late: true }, { after: known.head });
    known.kept.add(textOf(draft));
    known.head = event;
    known.lead = Math.max(known.lead, leadOf([event]));
  }

  async #knownOf(stream: string): Promise<Known> {
    const before = this.#streams.get(stream);
    if (before) return before;
    const events = await this.#journal.read(stream);
    const known: Known = {
      kept: new Set(events.map(textOf)),
      head: events.at(-1) ?? NO_HEAD,
      lead: leadOf(events),
    };
    this.#streams.set(stream, known);
    return known;
  }
}

/** What is known of a stream. */
interface Known {
  /** Its records, as `textOf` spells them. */
  readonly kept: Set<string>;
  head: Head;
  /** See `leadOf`. */
  lead: number;
}

function textOf(event: Draft): string {
  return canonical(draftOf(event));
}

const BATCH = 50;
/** Others append at the same time. */
const MOST_TRIES = 5;
