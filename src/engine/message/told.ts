import type { VerdictKind } from "../../domain/verdict-kind.ts";
import type { Message } from "../ports/notifier.ts";

/** What people must be told; its id is given by whoever sends it. */
export type Telling = Omit<Message, "id">;

/** What one has to remember of the journal to tell each thing once: plain JSON. */
export type Told = {
  /** By application. */
  readonly doubts: Readonly<Record<string, Readonly<Record<string, Doubt>>>>;
  /** By application: the decision that was told last, without its numbers. */
  readonly decisions: Readonly<Record<string, string>>;
  /** By id: those that are not ended. */
  readonly operations: Readonly<Record<string, OpenOperation>>;
  /** By id of the operation that it is for: those that are not closed. */
  readonly requests: Readonly<Record<string, string>>;
};

/** Of one cluster. */
export type Doubt = {
  /** What failed first, for people; absent: nothing does. */
  readonly why?: string;
  readonly verdict?: VerdictKind;
  readonly isTold?: true;
};

export type OpenOperation = {
  readonly application: string;
  /** Its kind, of what, and where, for people. */
  readonly what: string;
  readonly isRehearsal: boolean;
  /** By step: what its failure leaves owed, and of which cluster. */
  readonly owes: Readonly<Record<string, { readonly owed: string; readonly cluster: string }>>;
  /** By step: why it failed last. */
  readonly failed: Readonly<Record<string, string>>;
  /** By step that fences a former primary: its cluster. Absent: told before this was kept. */
  readonly fences?: Readonly<Record<string, string>>;
  /** The steps after whose intent nothing is taken back, until one of them has one. */
  readonly finals?: readonly string[];
  /** The clusters that were told to serve beside the primary. */
  readonly beside?: readonly string[];
};

export interface Folded {
  readonly told: Told;
  readonly tellings: readonly Telling[];
}

export const NOTHING_TOLD: Told = { doubts: {}, decisions: {}, operations: {}, requests: {} };

/** Without the member of that name. */
export function without<T>(record: Readonly<Record<string, T>>, name: string) {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
