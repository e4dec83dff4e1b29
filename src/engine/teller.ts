import { canonical } from "../domain/canonical.ts";
import { type Draft, draftOf } from "../domain/event.ts";
import type { Json } from "../domain/json.ts";
import type { Feed, Placed } from "./feed.ts";
import { foldMessage } from "./message/fold-message.ts";
import { NOTHING_TOLD, type Telling, type Told } from "./message/told.ts";
import type { Bookmark } from "./ports/bookmark.ts";
import type { Clock } from "./ports/clock.ts";
import type { Digest } from "./ports/digest.ts";
import type { Journal } from "./ports/journal.ts";
import type { Message } from "./ports/notifier.ts";

export interface TellerTools {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signal: AbortSignal;
  readonly journal: Pick<Journal, "head" | "openOperations" | "read">;
  readonly feed: Feed;
  readonly bookmark: Bookmark;
  /** Hands it on and returns at once. */
  readonly tell: (message: Message) => void;
  /** Was all that was handed on told, or given up? */
  readonly isIdle: () => boolean;
  readonly onTrouble: (error: unknown) => void;
  /** Where several processes could tell: whose turn it is. Without it, always this one's. */
  readonly turn?: Turn | undefined;
}

/** One of several processes has it, until it does not ask for it again for a while. */
export interface Turn {
  /** Has this process it now, and for the next seconds? */
  take(): Promise<boolean>;
}

/**
 * Tells people what the journal says, each thing once: it goes on from where the process before it
 * had told everything. What that one had handed on and not told comes again, with the same id.
 *
 * While another process has the turn this one follows in silence: what it then notes while the
 * journal is away it can tell, knowing how that began.
 */
export class Teller {
  readonly #tools: TellerTools;
  #told: Told = NOTHING_TOLD;
  #position = 0;
  #kept: number | undefined;

  constructor(tools: TellerTools) {
    this.#tools = tools;
  }

  /** Where to go on from. A journal that nobody told of yet is told from now on. */
  async load(): Promise<void> {
    const { bookmark, journal } = this.#tools;
    const mark = await bookmark.read();
    if (mark) {
      this.#position = this.#kept = mark.position;
      this.#told = mark.state as unknown as Told;
      return;
    }
    this.#position = await journal.head();
    for (const id of await journal.openOperations())
      for (const event of await journal.read(id)) this.#fold(event);
    await this.#keep();
  }

  /** Until the process is told to stop. */
  async run(): Promise<void> {
    const { clock, signal, onTrouble, turn } = this.#tools;
    while (!signal.aborted) {
      try {
        const isOurs = turn ? await turn.take() : true;
        if (turn && isOurs) await this.load();
        await this.#follow(isOurs);
      } catch (error) {
        onTrouble(error);
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
    if (!turn) await this.#keep().catch(onTrouble);
  }

  /** What the journal could not take, or not yet, must be told all the same. */
  tellLost(fact: Draft): void {
    this.#send(this.#fold(fact), fact);
  }

  /** Until the turn passes from this process, or to it. */
  async #follow(isOurs: boolean): Promise<void> {
    const { clock, feed, signal, turn } = this.#tools;
    let keptAt = clock.monotonicMs();
    for await (const placed of feed.follow(this.#position, { signal, idleMs: KEEP_MS })) {
      if (placed) this.#take(placed, isOurs);
      if (clock.monotonicMs() - keptAt < KEEP_MS) continue;
      if (turn && (await turn.take()) !== isOurs) return;
      if (isOurs) await this.#keep();
      keptAt = clock.monotonicMs();
    }
  }

  #take({ event, position }: Placed, isOurs: boolean): void {
    const tellings = this.#fold(event);
    // Whoever noted it late has told it then.
    if (isOurs && !event.late) this.#send(tellings, draftOf(event));
    this.#position = position;
  }

  #fold(fact: Draft): readonly Telling[] {
    const { told, tellings } = foldMessage(this.#told, fact);
    this.#told = told;
    return tellings;
  }

  /** The same fact has the same id, whoever tells it. */
  #send(tellings: readonly Telling[], fact: Draft): void {
    if (tellings.length === 0) return;
    const id = `msg_${this.#tools.digest(canonical(fact)).slice(0, ID_DIGITS)}`;
    for (const [i, telling] of tellings.entries())
      this.#tools.tell({ ...telling, id: i === 0 ? id : `${id}-${i + 1}` });
  }

  /** Only once all until there was told. */
  async #keep(): Promise<void> {
    const { bookmark, isIdle } = this.#tools;
    if (this.#position === this.#kept || !isIdle()) return;
    const [position, state] = [this.#position, this.#told as unknown as Json];
    await bookmark.keep({ position, state });
    this.#kept = position;
  }
}

const RETRY_MS = 1_000;
/** Between two times of keeping the bookmark, or of asking whose turn it is. */
const KEEP_MS = 1_000;
const ID_DIGITS = 32;
