import { codeOf } from "../domain/errors.ts";
import { type Draft, streamOf } from "../domain/event.ts";
import type { Due, Schedule } from "../domain/schedule.ts";
import { foldSchedules, type ScheduleBook, type ScheduleOutcome } from "../domain/schedule-book.ts";
import type { WatchFact } from "../domain/watch-fact.ts";
import type { Bookmark } from "./ports/bookmark.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal } from "./ports/journal.ts";
import { remember } from "./remember.ts";

export interface ScheduleNoteTools {
  readonly clock: Clock;
  readonly journal: Journal;
  /** All that there are: a schedule may have been of any. */
  readonly applications: readonly string[];
  /** Of an application: where what was folded is kept, so that the next start need not fold it again. */
  readonly bookmark?: ((application: string) => Bookmark) | undefined;
}

/** What the journal knows of schedules, and what is written down of them. */
export class ScheduleNotes {
  readonly #schedules: readonly Schedule[];
  readonly #tools: ScheduleNoteTools;
  /** By application: what the journal says of it, and how far that was read. */
  readonly #read = new Map<string, Read>();
  /** By application: that, and over it what was noted here since. */
  readonly #books = new Map<string, ScheduleBook>();

  constructor(schedules: readonly Schedule[], tools: ScheduleNoteTools) {
    this.#schedules = schedules;
    this.#tools = tools;
  }

  /** Once: what earlier processes wrote, and what the config says otherwise since. */
  async load(): Promise<void> {
    for (const application of this.#tools.applications) {
      if (this.#books.has(application)) continue;
      const read = await this.#remember(application);
      this.#read.set(application, read);
      const { book } = read;
      const own = this.#schedules.filter((schedule) => schedule.application === application);
      const changes = changesOf(book, own);
      const drafts = await Promise.all(changes.map((fact) => this.#keep(application, fact)));
      this.#books.set(application, drafts.reduce(foldSchedules, book));
    }
  }

  /** What other processes wrote since. */
  async refresh(): Promise<void> {
    for (const application of this.#tools.applications) {
      const known = this.#read.get(application) ?? { book: {}, position: 0 };
      const read = await this.#readOn(application, known);
      this.#read.set(application, read);
      this.#books.set(application, read.book);
    }
  }

  /** Each of them once: the stream grows for ever, and this is asked for all the time. */
  async #readOn(application: string, { book, position: from }: Read): Promise<Read> {
    const page = await this.#tools.journal.follow(from, PAGE, streamOf(application));
    const read = { book: page.events.reduce(foldSchedules, book), position: page.position };
    return page.events.length < PAGE ? read : await this.#readOn(application, read);
  }

  /** Its slots until then are none to settle. */
  settledUntil({ application, name }: Schedule): number {
    return this.#books.get(application)?.[name]?.settledUntil ?? this.#tools.clock.wallMs();
  }

  outcomesOf({ application, name }: Schedule): readonly ScheduleOutcome[] {
    return this.#books.get(application)?.[name]?.outcomes ?? [];
  }

  /** What came of a time. Where another process wrote that down first, that holds. */
  async note(
    outcome: "fired" | "skipped" | "missed",
    { application, name: schedule }: Schedule,
    { dueAt }: Due,
    how: { readonly operation: string } | { readonly reason: string },
  ): Promise<void> {
    const fact: WatchFact = { type: `schedule.${outcome}`, schedule, dueAt, ...how };
    const draft = await this.#keep(application, fact);
    this.#books.set(application, foldSchedules(this.#books.get(application) ?? {}, draft));
  }

  async #remember(application: string): Promise<Read> {
    const { journal, bookmark } = this.#tools;
    const none: ScheduleBook = {};
    const folding = { stream: streamOf(application), none, fold: foldSchedules, version: VERSION };
    const tools = { journal, bookmark: bookmark?.(application) };
    const { state: book, position } = await remember(folding, tools);
    return { book, position };
  }

  async #keep(application: string, fact: WatchFact): Promise<Draft> {
    const at = this.#tools.clock.wallMs();
    const draft = { ...fact, stream: streamOf(application), epoch: 0, at };
    try {
      await this.#tools.journal.append(draft);
    } catch (error) {
      if (codeOf(error) !== "GL_STEP_CLAIMED") throw error;
    }
    return draft;
  }
}

interface Read {
  readonly book: ScheduleBook;
  /** Of the journal: what comes after it is not in the book. */
  readonly position: number;
}

const PAGE = 1_000;
/** Raise it with every change of `foldSchedules`. */
const VERSION = 1;

/** New ones, those that follow another rule now, and those that are gone. */
function changesOf(book: ScheduleBook, schedules: readonly Schedule[]): readonly WatchFact[] {
  const names = schedules.map(({ name }) => name);
  const gone = Object.entries(book).filter(
    ([name, { rule }]) => rule !== undefined && !names.includes(name),
  );
  const changed = schedules.filter(({ name, rule }) => book[name]?.rule !== rule);
  return [
    ...gone.map(([schedule]): WatchFact => ({ type: "schedule.changed", schedule })),
    ...changed.map(
      ({ name, rule }): WatchFact => ({ type: "schedule.changed", schedule: name, rule }),
    ),
  ];
}
