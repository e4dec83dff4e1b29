import type { WatchFact } from "../../domain/event.ts";
import type { Recollection } from "../../engine/recollection.ts";

/** How what a person says of an application gets to whoever decides. */
export type NotingWay = (recollection: Recollection, fact: WatchFact) => Promise<void>;

/** This process decides: it holds here at once, and is in the journal when it settles. */
export const keepHere: NotingWay = (recollection, fact) => recollection.keep(fact);

/** Others decide: it holds once the journal has it, and not before. */
export const noteForOthers: NotingWay = (recollection, fact) => recollection.claim(fact);
