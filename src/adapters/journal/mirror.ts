import { GreenlightError } from "../../domain/errors.ts";
import { claimOf, type Draft, type JournalEvent, LEDGER, streamOf } from "../../domain/event.ts";
import type { OperationHead } from "../../engine/ports/journal.ts";
import { type Head, NO_HEAD } from "./chained.ts";

/**
 * What this process knows of the journal without asking it: the operations that it read or wrote,
 * for while it can't ask. Whoever leads one writes all of it, so that this is enough to go on.
 */
export class Mirror {
  readonly #streams = new Map<string, readonly JournalEvent[]>();
  /** Of streams of which no more is known. */
  readonly #heads = new Map<string, Head>();
  /** By application, the newest first; those that were never asked for are not known. */
  readonly #operations = new Map<string, readonly OperationHead[]>();

  /** As the journal has it. */
  takeStream(stream: string, events: readonly JournalEvent[]): void {
    const last = events.at(-1);
    if (!last || !isOperation(stream)) return;
    this.#streams.delete(stream);
    this.#streams.set(stream, events);
    const [oldest] = this.#streams.keys();
    if (this.#streams.size > MAX_STREAMS && oldest !== undefined) this.#streams.delete(oldest);
  }

  /** As the journal has them, the newest first. */
  takeOperations(application: string, heads: readonly OperationHead[]): void {
    const known = this.#operations.get(application) ?? [];
    const older = known.filter(({ id }) => !heads.some((head) => head.id === id));
    this.#operations.set(application, [...heads, ...older].slice(0, MAX_OPERATIONS));
  }

  /** One more, of this process: as it was kept, or as it will be. */
  take(event: JournalEvent): void {
    const { stream, seq, hash } = event;
    const known = this.#streams.get(stream);
    if (known || event.type === "operation.opened")
      this.takeStream(stream, [...(known ?? []), event]);
    else if (!isOperation(stream)) this.#heads.set(stream, { seq, hash });
    if (event.type === "operation.opened") this.#open(event);
    if (event.type === "operation.ended") this.#end(event);
  }

  /** undefined: not known. */
  stream(stream: string): readonly JournalEvent[] | undefined {
    return this.#streams.get(stream);
  }

  headOf(stream: string): Head {
    return this.#streams.get(stream)?.at(-1) ?? this.#heads.get(stream) ?? NO_HEAD;
  }

  /** undefined: not known. */
  operations(application: string): readonly OperationHead[] | undefined {
    return this.#operations.get(application);
  }

  /** The oldest first. */
  open(): readonly string[] {
    const heads = [...this.#operations.values()].flat().filter(({ ended }) => !ended);
    return heads.toSorted((a, b) => a.openedAt - b.openedAt).map(({ id }) => id);
  }

  /** Throws GL_STEP_CLAIMED, or GL_STORAGE_AWAY where nobody can tell. */
  demandUnclaimed(draft: Draft): void {
    const isClaimed = this.#isClaimed(draft);
    const claim = `${claimOf(draft)} of ${draft.stream}`;
    if (isClaimed) throw new GreenlightError("GL_STEP_CLAIMED", claim);
    const why = `whether there is a ${claim}, nobody can tell`;
    if (isClaimed === undefined) throw new GreenlightError("GL_STORAGE_AWAY", why);
  }

  /** Does something known lay claim to it? undefined: that can't be told. */
  #isClaimed(draft: Draft): boolean | undefined {
    const claim = claimOf(draft);
    if (claim === undefined) return false;
    const known = this.#streams.get(draft.stream);
    if (known) return known.some((event) => claimOf(event) === claim);
    return draft.type === "operation.opened" || draft.type === "application.adopted"
      ? false
      : undefined;
  }

  #open({ stream: id, epoch, at: openedAt, plan }: JournalEvent & { type: "operation.opened" }) {
    const { application, kind } = plan;
    this.takeOperations(application, [{ id, application, kind, epoch, openedAt }]);
  }

  #end({ stream, at, outcome }: JournalEvent & { type: "operation.ended" }): void {
    for (const [application, heads] of this.#operations)
      this.#operations.set(
        application,
        heads.map((head) => (head.id === stream ? { ...head, ended: { at, outcome } } : head)),
      );
  }
}

export function isOperation(stream: string): boolean {
  return stream !== LEDGER && !stream.startsWith(streamOf(""));
}

const MAX_STREAMS = 100;
const MAX_OPERATIONS = 100;
