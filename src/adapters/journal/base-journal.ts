import type { Draft, JournalEvent } from "../../domain/event.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import type { Head } from "./chained.ts";

/** The journal under one that spools: it can be told more of an append than the port says. */
export interface BaseJournal extends Journal {
  append(draft: Draft, how?: AppendHow): Promise<JournalEvent>;
}

export interface AppendHow {
  /** Once it aborts nothing of it may begin any more: whoever gave it up keeps it elsewhere. */
  readonly late?: AbortSignal;
  /**
   * The record that it is to follow. Where another follows that one by now it rejects, see
   * `isClash`: what the caller knows of the stream is no longer all.
   */
  readonly after?: Head;
}
