import type { Draft } from "./event.ts";

/** What the journal of an application says of its schedules, by their names. */
export type ScheduleBook = Readonly<Record<string, ScheduleRecord>>;

export interface ScheduleRecord {
  /** What its slots follow from; undefined: it was taken out of the config. */
  readonly rule: string | undefined;
  /** All slots until here are settled, or are none of this rule. */
  readonly settledUntil: number;
  /** The newest first. */
  readonly outcomes: readonly ScheduleOutcome[];
}

export interface ScheduleOutcome {
  readonly dueAt: number;
  readonly outcome: "fired" | "skipped" | "missed";
  readonly operation?: string;
  readonly reason?: string;
}

/** By events in the order of their stream. */
export function foldSchedules(book: ScheduleBook, event: Draft): ScheduleBook {
  switch (event.type) {
    case "schedule.changed": {
      const { schedule, rule, at } = event;
      const { outcomes = [], settledUntil = at } = own(book, schedule) ?? {};
      const since = Math.max(at, settledUntil);
      return { ...book, [schedule]: { rule, settledUntil: since, outcomes } };
    }
    case "schedule.fired":
    case "schedule.skipped":
    case "schedule.missed": {
      const { schedule, dueAt, operation, reason } = event;
      const known = own(book, schedule);
      const outcome: ScheduleOutcome = {
        dueAt,
        outcome: OUTCOMES[event.type],
        ...(operation !== undefined && { operation }),
        ...(reason !== undefined && { reason }),
      };
      const record = {
        rule: known?.rule,
        settledUntil: Math.max(known?.settledUntil ?? dueAt, dueAt),
        outcomes: [outcome, ...(known?.outcomes ?? [])].slice(0, KEPT),
      };
      return { ...book, [schedule]: record };
    }
    default:
      return book;
  }
}

function own(book: ScheduleBook, name: string): ScheduleRecord | undefined {
  return Object.hasOwn(book, name) ? book[name] : undefined;
}

const OUTCOMES = {
  "schedule.fired": "fired",
  "schedule.skipped": "skipped",
  "schedule.missed": "missed",
} as const;

/** Of each schedule, for people to look at. */
const KEPT = 10;
