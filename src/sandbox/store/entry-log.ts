import type { Clock } from "../../engine/ports/clock.ts";

/** One thing that the store keeps. */
export type Entry = {
  /** 1, 2, 3, ... */
  readonly position: number;
  readonly kind: "order" | "heartbeat";
  /** Unique among orders. */
  readonly id: string;
  /** By the clock of the primary that took it, ms since 1970. */
  readonly at: number;
};

/** Append-only; positions have no gaps. */
export class EntryLog {
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];
  /** By position - 1: when it came here, monotonic. */
  readonly #arrivedMs: number[] = [];
  readonly #orders = new Map<string, Entry>();
  #heartbeatAt: number | null = null;
  #grown = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get position(): number {
    return this.#entries.length;
  }

  /** How many orders it holds. */
  get writes(): number {
    return this.#orders.size;
  }

  /** Of the newest heartbeat in it; null: there is none. */
  get heartbeatAt(): number | null {
    return this.#heartbeatAt;
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1);
  }

  /** An order that is there already is that one. */
  append(kind: Entry["kind"], id: string): Entry {
    const known = kind === "order" ? this.#orders.get(id) : undefined;
    if (known) return known;
    const entry = { position: this.position + 1, kind, id, at: this.#clock.wallMs() };
    this.take(entry);
    return entry;
  }

  /** As another store has it. What is not the next one is refused. */
  take(entry: Entry): void {
    if (entry.position !== this.position + 1)
      throw new Error(`entry ${entry.position} does not follow ${this.position}`);
    this.#entries.push(entry);
    this.#arrivedMs.push(this.#clock.monotonicMs());
    if (entry.kind === "heartbeat") this.#heartbeatAt = entry.at;
    else this.#orders.set(entry.id, entry);
    this.#grown.abort();
    this.#grown = new AbortController();
  }

  /** What follows the position, of what has been here for so long. */
  after(position: number, { limit, lagMs = 0 }: Page): readonly Entry[] {
    const page = this.#entries.slice(position, position + limit);
    const nowMs = this.#clock.monotonicMs();
    const tooNew = page.findIndex((_, at) => nowMs - (this.#arrivedMs[position + at] ?? 0) < lagMs);
    return tooNew === -1 ? page : page.slice(0, tooNew);
  }

  /** The same; while there is nothing it waits, but not longer than so. */
  async untilAfter(
    position: number,
    { waitMs, signal, ...page }: Page & { readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<readonly Entry[]> {
    const endMs = this.#clock.monotonicMs() + waitMs;
    for (;;) {
      const found = this.after(position, page);
      const nowMs = this.#clock.monotonicMs();
      if (found.length > 0 || nowMs >= endMs || signal.aborted) return found;
      const dueMs = (this.#arrivedMs[position] ?? endMs) + (page.lagMs ?? 0);
      const either = AbortSignal.any([signal, this.#grown.signal]);
      const sleepMs = Math.max(1, Math.min(endMs, dueMs) - nowMs);
      await this.#clock.sleep(sleepMs, either).catch(() => undefined);
    }
  }

  orders(): readonly Entry[] {
    return [...this.#orders.values()];
  }

  hasOrder(id: string): boolean {
    return this.#orders.has(id);
  }
}

interface Page {
  readonly limit: number;
  readonly lagMs?: number;
}
