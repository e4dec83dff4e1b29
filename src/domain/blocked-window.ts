import { dayOf, localOf, minuteOf, type Zone } from "./local-time.ts";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** A time of the week, on the clocks of a zone, in which nothing is opened. */
export interface BlockedWindow {
  /** The days on which it begins. */
  readonly days: readonly (typeof DAYS)[number][];
  /** Since midnight. `to` is not in it; one that is not after `from` is on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Which window the instant is in, for people; undefined: in none. */
export function whyBlocked(
  windows: readonly BlockedWindow[],
  instant: number,
  zone: Zone,
): string | undefined {
  const local = localOf(instant, zone);
  const found = windows.find((window) => isIn(window, local));
  return found && `in a blocked window: ${renderWindow(found)}`;
}

/** Such as `sat, sun 22:00 to 06:00`. */
export function renderWindow({ days, fromMinute, toMinute }: BlockedWindow): string {
  const on = days.length === DAYS.length ? "every day" : days.join(", ");
  return `${on} ${renderTime(fromMinute)} to ${renderTime(toMinute)}`;
}

function isIn({ days, fromMinute, toMinute }: BlockedWindow, local: number): boolean {
  const [day, minute] = [dayOf(local), minuteOf(local)];
  const begins = (of: number) => days.some((name) => name === DAYS[of]);
  if (fromMinute < toMinute) return begins(day) && minute >= fromMinute && minute < toMinute;
  return (begins(day) && minute >= fromMinute) || (begins((day + 6) % 7) && minute < toMinute);
}

function renderTime(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => `${part}`.padStart(2, "0")).join(":");
}
