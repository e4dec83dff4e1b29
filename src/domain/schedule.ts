import { type BlockedWindow, whyBlocked } from "./blocked-window.ts";
import { type Calendar, nextSlot } from "./calendar.ts";

/** Opens an operation again and again, when its calendar says so. */
export interface Schedule {
  readonly name: string;
  readonly application: string;
  /** Of the operation. */
  readonly kind: string;
  readonly calendar: Calendar;
  /** What the calendar was made of: another text means other slots. */
  readonly rule: string;
  /** At most so much after its slot, less than what lies between two slots. */
  readonly jitterMs: number;
  readonly blocked: readonly BlockedWindow[];
}

/** Hex, the same for the same text, and evenly spread. */
type Spread = (text: string) => string;

/** One time of a schedule. Instants are wall clock, in ms since 1970. */
export interface Due {
  /** The slot: what the journal knows it by. */
  readonly dueAt: number;
  /** When it is opened: the slot and its jitter. */
  readonly at: number;
}

/** The first that is opened after an instant; undefined: none comes. */
export function nextDue(schedule: Schedule, after: number, spread: Spread): Due | undefined {
  let slot = nextSlot(schedule.calendar, after - schedule.jitterMs - 1);
  while (slot !== undefined) {
    const due = dueOf(schedule, slot, spread);
    if (due.at > after) return due;
    slot = nextSlot(schedule.calendar, slot);
  }
  return undefined;
}

/** What is due of the slots after one, until an instant: the first ones. */
export function duesBetween(
  schedule: Schedule,
  { afterSlot, until, limit }: { afterSlot: number; until: number; limit: number },
  spread: Spread,
): readonly Due[] {
  const dues: Due[] = [];
  let slot = nextSlot(schedule.calendar, afterSlot);
  while (slot !== undefined && dues.length < limit) {
    const due = dueOf(schedule, slot, spread);
    if (due.at > until) break;
    dues.push(due);
    slot = nextSlot(schedule.calendar, slot);
  }
  return dues;
}

/** The jitter of a slot is the same however often and wherever it is computed. */
export function dueOf({ name, jitterMs }: Schedule, slot: number, spread: Spread): Due {
  if (jitterMs === 0) return { dueAt: slot, at: slot };
  const drawn = Number.parseInt(spread(`${name}\n${slot}`).slice(0, DIGITS), 16);
  return { dueAt: slot, at: slot + (drawn % (jitterMs + 1)) };
}

/**
 * Why nothing is opened then, whatever else holds: a blocked window, or one that goes first because
 * it is due at the same instant for the same application and stands before it in `all`.
 */
export function whyNotDue(
  schedule: Schedule,
  { at }: Due,
  all: readonly Schedule[],
  spread: Spread,
): string | undefined {
  const blocked = whyBlocked(schedule.blocked, at, schedule.calendar.zone);
  if (blocked !== undefined) return blocked;
  const before = all.slice(0, all.indexOf(schedule));
  const first = before.find(
    (other) =>
      other.application === schedule.application &&
      nextDue(other, at - 1, spread)?.at === at &&
      whyBlocked(other.blocked, at, other.calendar.zone) === undefined,
  );
  return first && `${first.name} is due at the same time, and goes first`;
}

/** 48 bits: exact, and far more than any jitter. */
const DIGITS = 12;
