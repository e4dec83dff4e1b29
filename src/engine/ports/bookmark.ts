import type { Json } from "../../domain/json.ts";

/** How far someone has come who follows the journal, and what he has folded of it until there. */
export interface Bookmark {
  /** undefined: none was kept yet. */
  read(): Promise<Mark | undefined>;
  /** May be lost with the machine: whoever goes on from an older one does the same again. */
  keep(mark: Mark): Promise<void>;
}

export interface Mark {
  readonly position: number;
  readonly state: Json;
}
