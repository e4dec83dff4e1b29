import { parseRfc3339 } from "../../src/adapters/clock/rfc3339.ts";
import { cronTimes } from "../../src/adapters/cron/cron-times.ts";
import { timeZone } from "../../src/adapters/cron/time-zone.ts";
import type { Calendar } from "../../src/domain/calendar.ts";
import type { Schedule } from "../../src/domain/schedule.ts";

export function calendarOf(cron: string, zoneName: string): Calendar {
  const [times, zone] = [cronTimes(cron), timeZone(zoneName)];
  if ("whyNot" in times || !zone) throw new Error(`${cron} ${zoneName} is wrong`);
  return { times, zone };
}

/** `2026-03-29T01:00`, in UTC, in ms since 1970. */
export function instant(text: string): number {
  return parseRfc3339(`${text}Z`);
}

/** By default every Sunday night in Berlin. */
export function scheduleOf(own: Partial<Schedule> & { readonly cron?: string } = {}): Schedule {
  const { cron = "30 2 * * 0", ...rest } = own;
  return {
    name: "weekly",
    application: "shop",
    kind: "rehearsal",
    calendar: calendarOf(cron, "Europe/Berlin"),
    rule: `${cron} Europe/Berlin`,
    jitterMs: 0,
    blocked: [],
    ...rest,
  };
}
