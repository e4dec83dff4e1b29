import { GreenlightError, reasonOf } from "../../domain/errors.ts";
import type { Draft, JournalEvent } from "../../domain/event.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Digest } from "../../engine/ports/digest.ts";
import type { Followed, Journal, OperationHead } from "../../engine/ports/journal.ts";
import { Turn } from "../storage/turn.ts";
import { awayOf, named } from "./away.ts";
import type { BaseJournal } from "./base-journal.ts";
import { Mirror } from "./mirror.ts";
import { Patience } from "./patience.ts";
import { Replay } from "./replay.ts";
import { isIntent } from "./sequence.ts";
import type { Spool } from "./spool.ts";
import { SpoolNumbers } from "./spool-number.ts";

export interface SpooledTools {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signal: AbortSignal;
  readonly spool: Spool;
  /** Rejects where the journal can't be written. */
  readonly tryToWrite: () => Promise<void>;
  /** Told when what is appended waits on disk, and without a reason when all of it is replayed. */
  readonly onChange: (whyNot: string | undefined) => void;
  /** Told of each draft that waits. */
  readonly onSpooled: (draft: Draft) => void;
  /** Told why a replay failed, once for each reason in a row. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * A journal whose records wait on this machine's disk while it is away, and are then replayed in
 * their order, marked late. It is away when it does not answer in time, and as well when it answers
 * with anything but what `isAnswer` says. What this process needs of the past meanwhile it knows: a
 * process that leads an operation goes on with it.
 *
 * The `seq` of what `append` gives is the sequence that writes carry, see `AHEAD`: it rises whatever
 * comes between, and is not the place in the stream where that was away before.
 */
export class SpooledJournal implements Journal {
  readonly #journal: BaseJournal;
  readonly #tools: SpooledTools;
  readonly #mirror = new Mirror();
  readonly #numbers: SpoolNumbers;
  readonly #replay: Replay;
  readonly #turn = new Turn();
  readonly #patience: Patience;
  /** Settles once all that was appended before is kept somewhere. */
  #before: Promise<unknown> = Promise.resolve();
  #trouble: string | undefined;

  constructor(journal: BaseJournal, tools: SpooledTools) {
    this.#journal = journal;
    this.#tools = tools;
    this.#replay = new Replay(journal, tools.spool);
    this.#numbers = new SpoolNumbers(this.#mirror);
    const { clock, spool, onChange: onAway } = tools;
    this.#patience = new Patience(spool.size > 0, { clock, onAway });
  }

  /** Does what is appended wait on disk now, where no other process sees it? */
  get isAway(): boolean {
    return this.#patience.isAway;
  }

  append(draft: Draft): Promise<JournalEvent> {
    const before = this.#before;
    const kept = this.#append(draft, before);
    // Without what came of them: that would hold on to every record that there was.
    this.#before = Promise.allSettled([before, kept]).then(() => undefined);
    return kept;
  }

  async read(stream: string): Promise<readonly JournalEvent[]> {
    const known = () => this.#mirror.stream(stream);
    const ask = async (late: AbortSignal) => {
      const events = await this.#journal.read(stream);
      // What was appended while it was read may be missing in it.
      const isOld = late.aborted || events.length < (known()?.length ?? 0);
      if (!isOld) this.#mirror.takeStream(stream, events);
      return events;
    };
    return await this.#asked(ask, known);
  }

  async openOperations(): Promise<readonly string[]> {
    return await this.#asked(
      () => this.#journal.openOperations(),
      () => this.#mirror.open(),
    );
  }

  async operations(
    options: Parameters<Journal["operations"]>[0],
  ): Promise<readonly OperationHead[]> {
    const { application, limit } = options;
    const ask = async (late: AbortSignal) => {
      const heads = await this.#journal.operations(options);
      if (application !== undefined && !late.aborted)
        this.#mirror.takeOperations(application, heads);
      return heads;
    };
    const known = () =>
      application === undefined ? undefined : this.#mirror.operations(application)?.slice(0, limit);
    return await this.#asked(ask, known);
  }

  last(stream: string): Promise<JournalEvent | undefined> {
    return named(this.#journal.last(stream));
  }

  follow(...page: Parameters<Journal["follow"]>): Promise<Followed> {
    return named(this.#journal.follow(...page));
  }

  head(): Promise<number> {
    return named(this.#journal.head());
  }

  /** Notices that the journal is away, also while there is nothing to write. */
  async check(): Promise<void> {
    if (this.isAway) return;
    const patience = this.#patience;
    await patience.inTime(this.#tools.tryToWrite).catch((error) => patience.noteFailure(error));
  }

  /** Replays what waits as soon as the journal takes it, until the process is told to stop. */
  async run(): Promise<void> {
    const { clock, signal } = this.#tools;
    while (!signal.aborted) {
      if (this.isAway) await this.replay().catch((error: unknown) => this.#noteTrouble(error));
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }

  /** All that waits. Rejects with GL_STORAGE_AWAY: then the rest of it still does. */
  async replay(): Promise<void> {
    const { spool, tryToWrite } = this.#tools;
    try {
      await this.#patience.again(tryToWrite);
      while (spool.size > 0) await this.#replay.some();
      // Whoever appends waits for this turn: it may not take longer than any other answer.
      await this.#turn.run(() => this.#patience.again((late) => this.#endReplay(late)));
    } catch (error) {
      throw awayOf(error);
    }
  }

  async #endReplay(late: AbortSignal): Promise<void> {
    const { spool, onChange } = this.#tools;
    while (spool.size > 0) await this.#replay.some(late);
    await this.#numbers.settle((stream) => this.#journal.read(stream), late);
    this.#replay.forget();
    const wasAway = this.isAway;
    this.#patience.noteBack();
    this.#trouble = undefined;
    if (wasAway) onChange(undefined);
  }

  async #append(draft: Draft, before: Promise<unknown>): Promise<JournalEvent> {
    if (!this.isAway) {
      try {
        const event = await this.#patience.inTime((late) => this.#journal.append(draft, { late }));
        const numbered = this.#numbers.ofKept(event);
        const isBeyond = numbered.seq > event.seq && isIntent(event);
        this.#mirror.take(isBeyond ? { ...event, sequence: numbered.seq } : event);
        return numbered;
      } catch (error) {
        this.#patience.noteFailure(error);
      }
    }
    // Two of them wait in the order of their coming, though the second may know first that it must.
    await before;
    return await this.#spool(draft, before);
  }

  /** From the journal, or while that is away from what is known. */
  async #asked<T>(ask: (late: AbortSignal) => Promise<T>, known: () => T | undefined): Promise<T> {
    if (!this.isAway) {
      try {
        return await this.#patience.inTime(ask);
      } catch (error) {
        this.#patience.noteFailure(error);
      }
    }
    const found = known();
    if (found !== undefined) return found;
    throw new GreenlightError("GL_STORAGE_AWAY", "this process does not know it by itself");
  }

  async #spool(draft: Draft, before: Promise<unknown>): Promise<JournalEvent> {
    const spooled = await this.#turn.run(async () => {
      const { spool, digest, onSpooled } = this.#tools;
      // All was replayed while it waited for its turn.
      if (!this.isAway) return undefined;
      this.#mirror.demandUnclaimed(draft);
      const { event, waiting } = this.#numbers.ofSpooled(draft, digest);
      await spool.append(waiting);
      this.#numbers.take(event);
      onSpooled(draft);
      return event;
    });
    return spooled ?? (await this.#append(draft, before));
  }

  #noteTrouble(error: unknown): void {
    const why = reasonOf(error);
    if (why !== this.#trouble) this.#tools.onTrouble(error);
    this.#trouble = why;
  }
}

const RETRY_MS = 500;
