import { previousSlot } from "../domain/calendar.ts";
import { detailOf } from "../domain/errors.ts";
import { renderInstant } from "../domain/instant.ts";
import {
  type Due,
  dueOf,
  duesBetween,
  nextDue,
  type Schedule,
  whyNotDue,
} from "../domain/schedule.ts";
import type { ScheduleOutcome } from "../domain/schedule-book.ts";
import type { Clock } from "./ports/clock.ts";
import type { Digest } from "./ports/digest.ts";
import type { Alarm, Alarms, AlarmWorker } from "./ports/schedule.ts";
import { ScheduleNotes, type ScheduleNoteTools } from "./schedule-notes.ts";

export interface TimekeeperTools extends ScheduleNoteTools {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signal: AbortSignal;
  readonly alarms: Alarms;
  /** Do other processes open them, too? Then what is due at a start is not missed by that. */
  readonly isShared?: boolean;
  /** Opens what is due, as a person would, and resolves with its id: the same one each time. */
  readonly open: (schedule: Schedule, due: Due) => Promise<string>;
  /** The operation that was opened for it, if one was. */
  readonly opened: (schedule: Schedule, due: Due) => Promise<string | undefined>;
  readonly onTrouble: (error: unknown) => void;
}

export interface ScheduleView {
  readonly schedule: Schedule;
  /** The next ones; with why nothing will be opened then, where that is known already. */
  readonly next: readonly (Due & { readonly whyNot?: string })[];
  /** The newest first. */
  readonly outcomes: readonly ScheduleOutcome[];
}

/**
 * Opens operations at their times, each once, and has the journal say of every time what came of
 * it. What is long past is never run late: it is missed.
 */
export class Timekeeper {
  readonly #schedules: readonly Schedule[];
  readonly #tools: TimekeeperTools;
  readonly #notes: ScheduleNotes;
  /** What was due until then is none of this process. */
  readonly #startedAt: number;
  /** By application, one after the other: of two that are due at once the second sees the first. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(schedules: readonly Schedule[], tools: TimekeeperTools) {
    this.#schedules = schedules;
    this.#tools = tools;
    this.#notes = new ScheduleNotes(schedules, tools);
    this.#startedAt = tools.clock.wallMs();
  }

  /** Until the process is told to stop. */
  async run(): Promise<void> {
    const { clock, signal, alarms, onTrouble } = this.#tools;
    let worker: AlarmWorker | undefined;
    while (!signal.aborted) {
      try {
        await this.#notes.load();
        await this.#notes.refresh();
        await alarms.set(this.#schedules.map((schedule) => this.#alarmOf(schedule)));
        await Promise.all(this.#schedules.map((schedule) => this.#settleInTurn(schedule, 0)));
        if (this.#schedules.length > 0)
          worker ??= await alarms.work((name, at) => this.ring(name, at));
      } catch (error) {
        if (!signal.aborted) onTrouble(error);
      }
      await clock.sleep(SWEEP_MS, signal).catch(() => undefined);
    }
    await worker?.close();
  }

  /** Knows what others open and write down, and opens nothing. Until the process is told to stop. */
  async watch(): Promise<void> {
    const { clock, signal, onTrouble } = this.#tools;
    while (!signal.aborted) {
      await this.#notes.refresh().catch((error: unknown) => {
        if (!signal.aborted) onTrouble(error);
      });
      await clock.sleep(WATCH_MS, signal).catch(() => undefined);
    }
  }

  /** What an alarm of that name asks for that was set to that time. */
  async ring(name: string, at: number): Promise<void> {
    const schedule = this.#schedules.find((one) => one.name === name);
    if (schedule) await this.#settleInTurn(schedule, at);
  }

  view(count: number): readonly ScheduleView[] {
    return this.#schedules.map((schedule) => ({
      schedule,
      next: this.#nextOf(schedule, count),
      outcomes: this.#notes.outcomesOf(schedule),
    }));
  }

  #nextOf(schedule: Schedule, count: number): ScheduleView["next"] {
    const { clock, digest } = this.#tools;
    const next: ScheduleView["next"][number][] = [];
    for (let after = clock.wallMs(); next.length < count; ) {
      const due = nextDue(schedule, after, digest);
      if (!due) break;
      const whyNot = whyNotDue(schedule, due, this.#schedules, digest);
      next.push({ ...due, ...(whyNot !== undefined && { whyNot }) });
      after = due.at;
    }
    return next;
  }

  #alarmOf(schedule: Schedule): Alarm {
    const { name, rule, jitterMs } = schedule;
    const next = (after: number) => nextDue(schedule, after, this.#tools.digest)?.at;
    return { name, rule: `${rule} + ${jitterMs} ms`, next };
  }

  async #settleInTurn(schedule: Schedule, at: number): Promise<void> {
    const { application } = schedule;
    const before = this.#turns.get(application) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#settle(schedule, at));
    this.#turns.set(application, turn);
    await turn;
  }

  /** All that is due by now and not settled: the newest is opened if it is not late. */
  async #settle(schedule: Schedule, at: number): Promise<void> {
    const { clock, digest } = this.#tools;
    const until = Math.max(clock.wallMs(), at);
    const afterSlot = this.#notes.settledUntil(schedule);
    const dues = duesBetween(schedule, { afterSlot, until, limit: COUNTED }, digest);
    const newest = dues.length < COUNTED ? dues.at(-1) : this.#newestOf(schedule, until);
    if (!newest) return;
    const others = dues.filter(({ dueAt }) => dueAt < newest.dueAt);
    for (const due of others.slice(0, LISTED)) await this.#miss(schedule, due);
    const isBefore = !this.#tools.isShared && newest.at <= this.#startedAt;
    const isLate = isBefore || until - newest.at > LATE_MS;
    if (isLate) await this.#miss(schedule, newest, others.slice(LISTED));
    else await this.#serve(schedule, newest);
  }

  async #serve(schedule: Schedule, due: Due): Promise<void> {
    const { digest, open, signal } = this.#tools;
    const why = whyNotDue(schedule, due, this.#schedules, digest);
    if (why !== undefined) return await this.#notes.note("skipped", schedule, due, { reason: why });
    let operation: string;
    try {
      operation = await open(schedule, due);
    } catch (error) {
      // Told to stop in the middle of it: the next start looks whether it was opened.
      signal.throwIfAborted();
      return await this.#notes.note("skipped", schedule, due, { reason: detailOf(error) });
    }
    await this.#notes.note("fired", schedule, due, { operation });
  }

  /** A process that died after it had opened it did not miss it. */
  async #miss(schedule: Schedule, due: Due, unlisted: readonly Due[] = []): Promise<void> {
    const operation = await this.#tools.opened(schedule, due);
    if (operation !== undefined)
      return await this.#notes.note("fired", schedule, due, { operation });
    const [first] = unlisted;
    const count = `${unlisted.length === COUNTED - LISTED ? "at least " : ""}${unlisted.length}`;
    const more = first && `, nor were ${count} others since ${renderInstant(first.dueAt)}`;
    const reason = `${this.#whyMissed(due)}${more ?? ""}`;
    await this.#notes.note("missed", schedule, due, { reason });
  }

  #newestOf(schedule: Schedule, until: number): Due | undefined {
    const { digest } = this.#tools;
    for (let slot = previousSlot(schedule.calendar, until); slot !== undefined; ) {
      const due = dueOf(schedule, slot, digest);
      if (due.at <= until) return due;
      slot = previousSlot(schedule.calendar, slot - 1);
    }
    return undefined;
  }

  #whyMissed({ at }: Due): string {
    return at <= this.#startedAt
      ? "it was not opened: nothing ran that could"
      : "it was not opened: the queue did not say in time that it was due";
  }
}

/** What an emptied queue has lost is put back so often, and what came due meanwhile is settled. */
const SWEEP_MS = 60_000;
const WATCH_MS = 5_000;
/** What is later than this was missed. */
const LATE_MS = 90_000;
/** Of those that were missed. */
const LISTED = 100;
const COUNTED = 1_000;
