import { sha256 } from "../adapters/digest/sha256.ts";
import type { Spool } from "../adapters/journal/spool.ts";
import { SpooledJournal } from "../adapters/journal/spooled-journal.ts";
import type { Log } from "../adapters/log/log.ts";
import { untilOpen } from "../adapters/network/until-open.ts";
import { codeOf, reasonOf } from "../domain/errors.ts";
import { tellSpooled } from "../engine/message/tell-trouble.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { Absence } from "./absence.ts";
import type { Newsroom } from "./newsroom.ts";
import type { Store } from "./store.ts";

export interface SpooledWireTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly spool: Spool;
  /** Who tells people: only asked for once something waits. */
  readonly newsroom: () => Newsroom;
  /** Told why it can't begin yet. */
  readonly onWait?: ((why: string) => void) | undefined;
}

export interface OpenedJournal {
  readonly journal: SpooledJournal;
  readonly store: Store;
  /** Once people can be told: that a process before this one had left something on the disk. */
  readonly tellLeft: () => void;
}

/** The store, with a journal that goes on while the database is away; what waited is replayed first. */
export async function openSpooledJournal(
  store: Store,
  { clock, log, signal, spool, newsroom, onWait }: SpooledWireTools,
): Promise<OpenedJournal> {
  const isLeft = spool.size > 0;
  let isOpen = false;
  const tell = (why: string | undefined) => {
    if (isOpen) newsroom().tell(tellSpooled(why, clock.wallMs()));
  };
  const absence = new Absence({ clock, signal, tell });
  const journal = new SpooledJournal(store.journal, {
    clock,
    signal,
    spool,
    digest: sha256,
    tryToWrite: store.tryToWrite,
    onChange: (why) => {
      if (why === undefined) log.info("the journal has all that waited for it");
      else log.error({ why }, "the journal is away: what happens waits on disk");
      absence.note(why);
    },
    onSpooled: (draft) => newsroom().tellLate(draft),
    onTrouble: (err) => {
      log.error({ err }, "what waits on disk can't be replayed");
      absence.explain(reasonOf(err));
    },
  });
  const isPassing = (error: unknown) => codeOf(error) === "GL_STORAGE_AWAY";
  const onError = (err: unknown) => {
    log.error({ err }, "what waits on disk can't be replayed yet");
    onWait?.(`what waits on disk can't be replayed yet: ${reasonOf(err)}`);
  };
  await untilOpen(() => journal.replay(), { clock, signal, isPassing, onError });
  isOpen = true;
  const tellLeft = () => {
    if (isLeft) newsroom().tell(tellSpooled(undefined, clock.wallMs()));
  };
  return { journal, tellLeft, store: { ...store, tryToWrite: () => journal.check() } };
}
