import { codeOf } from "../domain/errors.ts";
import { type Draft, streamOf, type WatchFact } from "../domain/event.ts";
import type { Due, Schedule } from "../domain/schedule.ts";
import { foldSchedules, type ScheduleBook, type ScheduleOutcome } from "../domain/schedule-book.ts";
import type { Clock } from "./ports/clock.ts";
import type { Journal } from "./ports/journal.ts";

export interface ScheduleNoteTools {
  readonly clock: Clock;
  readonly journal: Journal;
  /** All that there are: a schedule may have been of any. */
  readonly applications: readonly string[];
}

/** What the journal knows of schedules, and what is written down of them. */
export class ScheduleNotes {
  readonly #schedules: readonly Schedule[];
  readonly #tools: ScheduleNoteTools;
  /** By application. */
  readonly #books = new Map<string, ScheduleBook>();

  constructor(schedules: readonly Schedule[], tools: ScheduleNoteTools) {
    this.#schedules = schedules;
    this.#tools = tools;
  }

  /** Once: what earlier processes wrote, and what the config says otherwise since. */
  async load(): Promise<void> {
    for (const application of this.#tools.applications) {
      if (this.#books.has(application)) continue;
      const events = await this.#tools.journal.read(streamOf(application));
      const book = events.reduce(foldSchedules, {});
      const own = this.#schedules.filter((schedule) => schedule.application === application);
      const changes = changesOf(book, own);
      const drafts = await Promise.all(changes.map((fact) => this.#keep(application, fact)));
      this.#books.set(application, drafts.reduce(foldSchedules, book));
    }
  }

  /** What other processes wrote since. */
  async refresh(): Promise<void> {
    for (const application of this.#tools.applications) {
      const events = await this.#tools.journal.read(streamOf(application));
      this.#books.set(application, events.reduce(foldSchedules, {}));
    }
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
