import { codeOf, reasonOf } from "../domain/errors.ts";
import type { Draft, JournalEvent } from "../domain/event.ts";
import type { Clock } from "./ports/clock.ts";
import type { Followed, Journal, OperationHead } from "./ports/journal.ts";

export interface WatchTools {
  readonly clock: Clock;
  /** Keeps something as durably as an event, and no event. Rejects where it can't. */
  readonly tryToWrite: () => Promise<void>;
  /** Told when it can't be written any more, and without a reason when it can again. */
  readonly onChange: (whyNot: string | undefined) => void;
}

/** A journal that knows whether it can be written, also while there is nothing to write. */
export class WatchedJournal implements Journal {
  readonly #journal: Journal;
  readonly #tools: WatchTools;
  #whyNot: string | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(journal: Journal, tools: WatchTools) {
    this.#journal = journal;
    this.#tools = tools;
  }

  /** Why it can't be written; undefined as far as is known when it can. */
  get whyNotWritable(): string | undefined {
    return this.#whyNot;
  }

  async append(draft: Draft): Promise<JournalEvent> {
    try {
      const event = await this.#journal.append(draft);
      this.#writtenAt = this.#tools.clock.monotonicMs();
      return event;
    } catch (error) {
      // A claim that another has is an answer of a journal that works.
      if (codeOf(error) !== "GL_STEP_CLAIMED") this.#note(reasonOf(error));
      throw error;
    }
  }

  read(stream: string): Promise<readonly JournalEvent[]> {
    return this.#journal.read(stream);
  }

  follow(...page: Parameters<Journal["follow"]>): Promise<Followed> {
    return this.#journal.follow(...page);
  }

  head(): Promise<number> {
    return this.#journal.head();
  }

  openOperations(): Promise<readonly string[]> {
    return this.#journal.openOperations();
  }

  operations(options: Parameters<Journal["operations"]>[0]): Promise<readonly OperationHead[]> {
    return this.#journal.operations(options);
  }

  last(stream: string): ReturnType<Journal["last"]> {
    return this.#journal.last(stream);
  }

  /**
   * Tries to write when nothing was written for a while, until the process is told to stop. That it
   * can be written again is believed once such a try succeeds: near the end of a disk some still fit.
   */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, tryToWrite } = this.#tools;
    while (!signal.aborted) {
      const isKnown = clock.monotonicMs() - this.#writtenAt < CHECK_MS;
      if (!isKnown || this.#whyNot !== undefined)
        await tryToWrite().then(() => this.#note(undefined), this.#noteFailure);
      const waitMs = this.#whyNot === undefined ? CHECK_MS : RECHECK_MS;
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  readonly #noteFailure = (error: unknown) => this.#note(reasonOf(error));

  #note(whyNot: string | undefined): void {
    const isOther = (whyNot === undefined) !== (this.#whyNot === undefined);
    this.#whyNot = whyNot;
    if (isOther) this.#tools.onChange(whyNot);
  }
}

const CHECK_MS = 5_000;
/** While it can't be written. */
const RECHECK_MS = 1_000;
