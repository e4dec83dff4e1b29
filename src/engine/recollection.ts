import { canonical } from "../domain/canonical.ts";
import { GreenlightError, reasonOf } from "../domain/errors.ts";
import { type Draft, draftOf, type JournalEvent, streamOf } from "../domain/event.ts";
import { foldMemory, type Memory, NO_MEMORY } from "../domain/memory.ts";
import type { WatchFact } from "../domain/watch-fact.ts";
import { KnownRecords } from "./known-records.ts";
import type { Bookmark } from "./ports/bookmark.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal } from "./ports/journal.ts";
import { type Folding, remember } from "./remember.ts";

export interface RecollectionTools {
  readonly clock: Clock;
  readonly journal: Journal;
  /** Where what was folded is kept, so that the next start need not fold it again. */
  readonly bookmark?: Bookmark | undefined;
  /** Told what was seen and could not be written down, and why. */
  readonly onLoss: (reason: string, fact: Draft) => void;
}

/**
 * What the processes that watch an application remember of it, each writing down what it sees: the
 * fold of the journal in its order, and over it what this one noted that the fold has not reached.
 */
export class Recollection {
  readonly #stream: string;
  readonly #tools: RecollectionTools;
  readonly #known = new KnownRecords();
  #kept: Kept = { memory: NO_MEMORY, seq: 0, position: 0 };
  /** Noted here, in its order; with its place in the stream once it has one. */
  #own: readonly Noted[] = [];
  #memory: Memory = NO_MEMORY;
  #last: Promise<unknown> = Promise.resolve();
  #refreshing: Promise<void> | undefined;
  #refreshedMs = 0;

  constructor(application: string, tools: RecollectionTools) {
    this.#stream = streamOf(application);
    this.#tools = tools;
  }

  get memory(): Memory {
    return this.#memory;
  }

  /** What an earlier process saw. */
  async load(): Promise<void> {
    const { journal, bookmark } = this.#tools;
    const folding = { ...MEMORY, stream: this.#stream };
    const { state, ...how } = await remember(folding, { journal, bookmark });
    this.#kept = { memory: state, ...how };
    this.#fold();
  }

  /**
   * What other processes wrote meanwhile, if that was not read for so long: soon. A journal that is
   * away is asked again the next time.
   */
  refreshIfOlder(ms: number): void {
    if (this.#refreshing || this.#tools.clock.monotonicMs() - this.#refreshedMs < ms) return;
    this.#refreshing = this.refresh()
      .catch(() => undefined)
      .finally(() => {
        this.#refreshing = undefined;
        this.#refreshedMs = this.#tools.clock.monotonicMs();
      });
  }

  /** Known at once; in the journal soon, in this order. The record never blocks what it records. */
  note(fact: WatchFact, epoch = 0): void {
    const draft = this.#draftOf(fact, epoch);
    this.#keep(draft).catch((error) => this.#tools.onLoss(reasonOf(error), draft));
  }

  /** As `note`, and settles once it is in the journal. Rejects where it is not: it holds here only. */
  async keep(fact: WatchFact): Promise<void> {
    const draft = this.#draftOf(fact, 0);
    try {
      await this.#keep(draft);
    } catch (error) {
      const why = `it holds, but only until this process ends: ${reasonOf(error)}`;
      throw new GreenlightError("GL_STORAGE_AWAY", why, error);
    }
  }

  /**
   * In the journal once it settles, and only then known. Rejects with GL_STEP_CLAIMED where the same
   * claim is there already, or as the journal does.
   */
  async claim(fact: WatchFact, epoch = 0): Promise<void> {
    const draft = this.#draftOf(fact, epoch);
    const kept = this.#last.then(() => this.#tools.journal.append(draft));
    this.#last = kept.catch(() => undefined);
    const event = await kept;
    const noted: Noted = { draft };
    this.#own = [...this.#own, noted];
    this.#take(event, noted);
  }

  /** Until all that was noted is in the journal, or reported as lost. */
  async kept(): Promise<void> {
    await this.#last;
  }

  #keep(draft: Draft): Promise<void> {
    const noted: Noted = { draft };
    this.#own = [...this.#own, noted];
    this.#fold();
    const kept = this.#last
      .then(() => this.#tools.journal.append(draft))
      .then((event) => this.#take(event, noted))
      .catch((error) => {
        this.#know(draft, noted);
        throw error;
      });
    this.#last = kept.catch(() => undefined);
    return kept;
  }

  #draftOf(fact: WatchFact, epoch: number): Draft {
    return { ...fact, stream: this.#stream, epoch, at: this.#tools.clock.wallMs() };
  }

  /** One of its own, as it was kept: where nobody wrote in between, it need not be read. */
  #take(event: JournalEvent, noted: Noted): void {
    // Its place in the stream is known once it is replayed.
    if (event.late) {
      this.#fold();
      return;
    }
    const { memory, seq } = this.#kept;
    const isAgain = event.seq <= seq && !this.#known.wasRead(event);
    if (event.seq === seq + 1 || isAgain) {
      this.#kept = { ...this.#kept, memory: foldMemory(memory, event), seq: event.seq };
      this.#known.take(event);
    }
    const others = this.#own.filter((one) => one !== noted);
    this.#own = event.seq <= this.#kept.seq ? others : [...others, { ...noted, seq: event.seq }];
    this.#fold();
  }

  /** What the journal did not take is still so, for this process. */
  #know(draft: Draft, noted: Noted): void {
    this.#kept = { ...this.#kept, memory: foldMemory(this.#kept.memory, draft) };
    this.#own = this.#own.filter((one) => one !== noted);
    this.#fold();
  }

  /** What other processes wrote meanwhile, now. Rejects as the journal does. */
  async refresh(): Promise<void> {
    const { events, position } = await this.#tools.journal.follow(
      this.#kept.position,
      PAGE,
      this.#stream,
    );
    const later = this.#known.read(events);
    const kept = this.#kept;
    const memory = later.reduce(foldMemory, kept.memory);
    const seq = later.at(-1)?.seq ?? kept.seq;
    this.#kept = { memory, seq, position: Math.max(position, kept.position) };
    const replayed = new Set(later.filter(({ late }) => late).map(keyOf));
    this.#own = this.#own.filter(({ draft, seq: own }) =>
      own === undefined ? !replayed.has(keyOf(draft)) : own > seq,
    );
    if (later.length > 0) this.#fold();
  }

  #fold(): void {
    this.#memory = this.#own.reduce(
      (memory, { draft }) => foldMemory(memory, draft),
      this.#kept.memory,
    );
  }
}

/** By this what was replayed is known again. */
function keyOf(event: Draft): string {
  return canonical(draftOf(event));
}

interface Kept {
  readonly memory: Memory;
  /** As of `Remembered`. */
  readonly seq: number;
  readonly position: number;
}

interface Noted {
  readonly draft: Draft;
  readonly seq?: number;
}

const MEMORY: Omit<Folding<Memory>, "stream"> = {
  none: NO_MEMORY,
  fold: foldMemory,
  version: 2,
};
const PAGE = 1_000;
