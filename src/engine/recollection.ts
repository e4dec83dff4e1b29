import { reasonOf } from "../domain/errors.ts";
import { type Draft, streamOf, type WatchFact } from "../domain/event.ts";
import { foldMemory, type Memory, NO_MEMORY } from "../domain/memory.ts";
import type { Bookmark } from "./ports/bookmark.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal } from "./ports/journal.ts";
import { remember } from "./remember.ts";

export interface RecollectionTools {
  readonly clock: Clock;
  readonly journal: Journal;
  /** Where what was folded is kept, so that the next start need not fold it again. */
  readonly bookmark?: Bookmark | undefined;
  /** Told what was seen and could not be written down, and why. */
  readonly onLoss: (reason: string, fact: Draft) => void;
}

/** What this process remembers of an application, and writes down as it sees it. */
export class Recollection {
  readonly #application: string;
  readonly #stream: string;
  readonly #tools: RecollectionTools;
  #memory: Memory = NO_MEMORY;
  #last: Promise<unknown> = Promise.resolve();

  constructor(application: string, tools: RecollectionTools) {
    this.#application = application;
    this.#stream = streamOf(application);
    this.#tools = tools;
  }

  get memory(): Memory {
    return this.#memory;
  }

  /** What an earlier process saw. */
  async load(): Promise<void> {
    const { journal, bookmark } = this.#tools;
    this.#memory = await remember(this.#application, { journal, bookmark });
  }

  /** Known at once; in the journal soon, in this order. The record never blocks what it records. */
  note(fact: WatchFact, epoch = 0): void {
    const draft = { ...fact, stream: this.#stream, epoch, at: this.#tools.clock.wallMs() };
    this.#memory = foldMemory(this.#memory, draft);
    this.#last = this.#last
      .then(() => this.#tools.journal.append(draft))
      .catch((error) => this.#tools.onLoss(reasonOf(error), draft));
  }

  /**
   * In the journal once it settles, and only then known. Rejects with GL_STEP_CLAIMED where the same
   * claim is there already, or as the journal does.
   */
  async claim(fact: WatchFact, epoch = 0): Promise<void> {
    const draft = { ...fact, stream: this.#stream, epoch, at: this.#tools.clock.wallMs() };
    const kept = this.#last.then(() => this.#tools.journal.append(draft));
    this.#last = kept.catch(() => undefined);
    await kept;
    this.#memory = foldMemory(this.#memory, draft);
  }

  /** Until all that was noted is in the journal, or reported as lost. */
  async kept(): Promise<void> {
    await this.#last;
  }
}
