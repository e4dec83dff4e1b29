import type { Clock } from "../../engine/ports/clock.ts";
import type { Entry, EntryLog } from "./entry-log.ts";

/** What the other store says to one that follows it. */
export interface SourcePage {
  readonly isPrimary: boolean;
  /** The newest that it has. */
  readonly position: number;
  readonly entries: readonly Entry[];
  /** Its clock, ms since 1970. */
  readonly now: number;
}

/** Asks the other store for what follows a position; it waits a while for it. */
export type ReadSource = (
  wish: { readonly after: number; readonly lagMs: number; readonly waitMs: number },
  signal: AbortSignal,
) => Promise<SourcePage>;

/** What a standby knows of its primary. */
export interface Link {
  readonly isUp: boolean;
  /** When a primary answered last, by the clock here; null: never. */
  readonly contactAt: number | null;
  /** How far behind it was then; null: nobody said. */
  readonly lagMs: number | null;
}

export interface ReplicaOptions {
  readonly clock: Clock;
  readonly source: ReadSource;
  /** Where to put what comes. */
  readonly log: EntryLog;
  readonly lagMs: () => number;
  /** Called once, when the log is a whole copy; absent: it may be followed from the start. */
  readonly onCopied?: (() => void) | undefined;
}

/** Follows the other store by long poll, until it is stopped: then nothing more arrives. */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #stopped = new AbortController();
  #onCopied: (() => void) | undefined;
  /** Of the question that is under way. */
  #asking = new AbortController();
  #link: Link = { isUp: false, contactAt: null, lagMs: null };
  #contactMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#onCopied = options.onCopied;
    void this.#run();
  }

  get link(): Link {
    const silentMs = this.#options.clock.monotonicMs() - this.#contactMs;
    return { ...this.#link, isUp: this.#link.isUp && silentMs < MAX_SILENCE_MS };
  }

  /** Its log is not yet a store's. */
  get isCopying(): boolean {
    return this.#onCopied !== undefined;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Asks anew, because what it asked for has changed: an answer to the old question is not taken. */
  askAnew(): void {
    this.#asking.abort();
  }

  async #run(): Promise<void> {
    const { clock, source, log, lagMs } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const asking = new AbortController();
      this.#asking = asking;
      // A copy of what still grows is whole for a moment only: it may not stay behind.
      const behind = this.isCopying ? 0 : lagMs();
      const wish = { after: log.position, lagMs: behind, waitMs: WAIT_MS };
      try {
        const page = await source(wish, AbortSignal.any([signal, asking.signal]));
        if (!signal.aborted && !asking.signal.aborted) this.#take(page);
      } catch {
        if (asking.signal.aborted) continue;
        // Away, or not what we expect: the link is down until it answers again.
        this.#link = { ...this.#link, isUp: false };
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
  }

  #take({ isPrimary, position, entries, now }: SourcePage): void {
    const { clock, log } = this.#options;
    for (const entry of entries) log.take(entry);
    const isLevel = log.position >= position;
    if (isLevel) {
      this.#onCopied?.();
      this.#onCopied = undefined;
    }
    const isUp = isPrimary && !this.isCopying;
    this.#link = isUp
      ? { isUp, contactAt: clock.wallMs(), lagMs: isLevel ? 0 : behindMs(log, now) }
      : { ...this.#link, isUp };
    if (isUp) this.#contactMs = clock.monotonicMs();
  }
}

/** By the primary's clock alone; null: nothing of it is here yet. */
function behindMs({ last }: EntryLog, now: number): number | null {
  return last ? Math.max(0, now - last.at) : null;
}

const WAIT_MS = 300;
const RETRY_MS = 50;
/** Three missed answers: the other side waits too long with one. */
const MAX_SILENCE_MS = 1_000;
