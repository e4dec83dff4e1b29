import { GreenlightError } from "../domain/errors.ts";
import type { JournalEvent } from "../domain/event.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal } from "./ports/journal.ts";

/** An event with its place in the journal. */
export interface Placed {
  readonly event: JournalEvent;
  readonly position: number;
}

export interface FeedTools {
  readonly clock: Clock;
  readonly journal: Pick<Journal, "follow" | "head">;
}

export interface FollowOptions {
  /** Only this stream's. */
  readonly stream?: string | undefined;
  readonly signal: AbortSignal;
  /** After so long without an event, `undefined` comes instead of one. */
  readonly idleMs: number;
}

/**
 * The journal as it grows, for any number of followers: what is new is read once for all of them,
 * and not each time that something is appended. Nothing waits for a follower: one that is slow is
 * served from the journal again once it lies behind what is kept here.
 */
export class Feed {
  readonly #tools: FeedTools;
  readonly #waiting = new Set<() => void>();
  /** The newest, without a gap between `#floor` and `#head`. */
  #tail: Placed[] = [];
  #floor = Number.POSITIVE_INFINITY;
  #head: number | undefined;
  #isStale = true;
  #readAt = 0;
  #reading: Promise<void> | undefined;
  #followers = 0;

  constructor(tools: FeedTools) {
    this.#tools = tools;
  }

  /** Something was appended. */
  ring(): void {
    this.#isStale = true;
    this.#wake();
  }

  /**
   * Each event after the position, once, in the order of the journal, until the signal aborts: then
   * it ends. Rejects when the journal can't be read; from the last position on nothing is lost then.
   * Throws GL_BUSY where too many follow already.
   */
  follow(after: number, options: FollowOptions): AsyncGenerator<Placed | undefined> {
    if (this.#followers >= MAX_FOLLOWERS)
      throw new GreenlightError("GL_BUSY", `${MAX_FOLLOWERS} follow the journal`);
    return this.#count(after, options);
  }

  async *#count(after: number, options: FollowOptions): AsyncGenerator<Placed | undefined> {
    this.#followers += 1;
    try {
      yield* this.#follow(after, options);
    } finally {
      this.#followers -= 1;
    }
  }

  async *#follow(after: number, options: FollowOptions): AsyncGenerator<Placed | undefined> {
    const { stream, signal, idleMs } = options;
    const { clock } = this.#tools;
    let quietAt = clock.monotonicMs();
    for (let position = await this.#known(after); !signal.aborted; ) {
      await this.#refresh(signal);
      const page = await this.#after(position, stream);
      for (const one of page.found) {
        yield one;
        if (signal.aborted) return;
      }
      position = Math.max(position, page.position);
      if (page.found.length > 0) quietAt = clock.monotonicMs();
      if (page.found.length > 0 || this.#isStale || position < (this.#head ?? 0)) continue;
      if (await this.#changed(quietAt + idleMs - clock.monotonicMs(), signal)) continue;
      if (signal.aborted) return;
      yield undefined;
      quietAt = clock.monotonicMs();
    }
  }

  /** Nobody can have come further than the journal: that was another one. */
  async #known(position: number): Promise<number> {
    if (position <= (this.#head ?? 0)) return position;
    return Math.min(position, await this.#tools.journal.head());
  }

  /** From what is kept here, or from the journal where that does not reach back so far. */
  async #after(position: number, stream: string | undefined) {
    const head = this.#head ?? 0;
    if (position >= this.#floor) {
      const found = this.#tail.filter(
        (one) => one.position > position && (stream === undefined || one.event.stream === stream),
      );
      return { found, position: head };
    }
    const page = await this.#tools.journal.follow(position, PAGE, stream);
    const found = page.events.map((event, i) => ({ event, position: page.positions[i] ?? 0 }));
    // A page that is not full has all of the stream that there was, up to the head of that time.
    return { found, position: found.length < PAGE ? Math.max(head, page.position) : page.position };
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { clock } = this.#tools;
    if (!this.#isStale && clock.monotonicMs() - this.#readAt < REREAD_MS) return;
    this.#reading ??= this.#read(signal).finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { clock, journal } = this.#tools;
    if (this.#head === undefined) {
      this.#head = this.#floor = await journal.head();
    } else {
      // What is appended together is read together.
      await clock.sleep(GATHER_MS, signal).catch(() => undefined);
    }
    this.#isStale = false;
    try {
      const page = await journal.follow(this.#head, PAGE);
      if (page.events.length === PAGE) this.#isStale = true;
      this.#tail.push(
        ...page.events.map((event, i) => ({ event, position: page.positions[i] ?? 0 })),
      );
      this.#head = page.position;
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
    this.#readAt = clock.monotonicMs();
    const dropped = this.#tail.splice(0, Math.max(0, this.#tail.length - KEPT));
    this.#floor = dropped.at(-1)?.position ?? this.#floor;
    this.#wake();
  }

  /** True: there may be something. False: the time is over, or the signal aborted. */
  async #changed(ms: number, signal: AbortSignal): Promise<boolean> {
    if (ms <= 0) return false;
    const over = new AbortController();
    const stop = () => over.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    let isRung = false;
    const wake = () => {
      isRung = true;
      over.abort(RUNG);
    };
    this.#waiting.add(wake);
    try {
      if (signal.aborted) stop();
      await this.#tools.clock.sleep(ms, over.signal).catch(() => undefined);
    } finally {
      this.#waiting.delete(wake);
      signal.removeEventListener("abort", stop);
    }
    return isRung;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

const RUNG = new Error("rung");
const MAX_FOLLOWERS = 100;
const PAGE = 500;
/** Of the newest events. */
const KEPT = 2_000;
const GATHER_MS = 50;
/** So often somebody who follows has the journal read also when nothing rang: others may append. */
const REREAD_MS = 5_000;
