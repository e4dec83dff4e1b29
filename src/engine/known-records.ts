import type { JournalEvent } from "../domain/event.ts";

/**
 * Which records of a stream are folded already, by their hashes: places are given out again where
 * the journal lost its last records.
 */
export class KnownRecords {
  /** Our own, folded when they were kept, that no page has brought yet. */
  readonly #own = new Set<string>();
  /** Of the last page. */
  #read: ReadonlySet<string> = new Set();

  /** One of our own is folded without having been read. */
  take({ hash }: JournalEvent): void {
    this.#own.add(hash);
  }

  wasRead({ hash }: JournalEvent): boolean {
    return this.#read.has(hash);
  }

  /** Those of a page that are news. */
  read(page: readonly JournalEvent[]): readonly JournalEvent[] {
    const news = page.filter(({ hash }) => !this.#own.has(hash) && !this.#read.has(hash));
    for (const { hash } of page) this.#own.delete(hash);
    if (page.length > 0) this.#read = new Set(page.map(({ hash }) => hash));
    return news;
  }
}
