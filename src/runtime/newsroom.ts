import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import type { Draft } from "../domain/event.ts";
import { Feed } from "../engine/feed.ts";
import { tellJournal } from "../engine/message/tell-trouble.ts";
import type { Telling } from "../engine/message/told.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import { Teller, type Turn } from "../engine/teller.ts";
import { WatchedJournal } from "../engine/watched-journal.ts";
import { createAnnouncer } from "./announcer.ts";
import type { Config } from "./config.ts";
import type { Store } from "./store.ts";

export interface NewsroomTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly store: Store;
  /** What is appended to; may keep what the store can't take now. */
  readonly appendTo: Journal;
  /** See `TellerTools`. */
  readonly turn?: Turn | undefined;
  /** Counts what became of each message, for each notifier. */
  readonly onTold: (notifier: string, isTold: boolean) => void;
}

/** The journal, and who hears of what is in it. */
export interface Newsroom {
  readonly journal: WatchedJournal;
  readonly feed: Feed;
  /** For what the journal does not say. */
  readonly tell: (telling: Telling) => void;
  /** For what waits until the journal takes it. */
  readonly tellLate: (fact: Draft) => void;
  /** For what the journal could not take. */
  readonly onLoss: (reason: string, fact: Draft) => void;
  /** Until the process is told to stop. */
  readonly run: () => Promise<void>;
}

/** Before anything else appends. */
export async function openNewsroom(config: Config, tools: NewsroomTools): Promise<Newsroom> {
  const { clock, chance, log, signal, store, appendTo, turn } = tools;
  const announcer = createAnnouncer(config, tools);
  const tell = (telling: Telling) => announcer.tell({ ...telling, id: `msg_${chance.id()}` });
  const journal = new WatchedJournal(appendTo, {
    clock,
    tryToWrite: store.tryToWrite,
    onChange: (whyNot) => tell(tellJournal(whyNot, clock.wallMs())),
  });
  const feed = new Feed({ clock, journal });
  store.journal.onAppend(() => feed.ring());
  const teller = new Teller({
    ...announcer,
    clock,
    digest: sha256,
    signal,
    journal,
    feed,
    turn,
    bookmark: store.bookmark("teller"),
    onTrouble: (error) => log.warn({ err: error }, "the journal could not be told from"),
  });
  await teller.load();
  return {
    journal,
    feed,
    tell,
    tellLate: (fact) => teller.tellLost(fact),
    onLoss: (why, fact) => {
      log.warn({ why, fact }, "not noted");
      teller.tellLost(fact);
    },
    run: async () => {
      await Promise.all([teller.run(), journal.watch(signal)]);
    },
  };
}
