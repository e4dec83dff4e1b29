import { z } from "zod";
import { cronTimes } from "../adapters/cron/cron-times.ts";
import { timeZone } from "../adapters/cron/time-zone.ts";
import { duration } from "../adapters/duration/duration.ts";
import { type BlockedWindow, DAYS } from "../domain/blocked-window.ts";
import type { Schedule } from "../domain/schedule.ts";
import { name } from "./config-driver.ts";

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "must be a time such as 22:30");

const blocked = z
  .strictObject({
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .max(DAYS.length)
      .default([...DAYS])
      .meta({ description: "On which it begins." }),
    from: time,
    to: time.meta({ description: "Not after `from`: on the next day." }),
  })
  .meta({ description: "A time of the week, on the clocks of its zone, in which none begins." });

/** One entry of `drills`. */
export const drillSchema = z.strictObject({
  name,
  application: z.string(),
  kind: z
    .string()
    .default("drill")
    .meta({ description: "A runbook that `ends: restore`: it leaves everything as it was." }),
  cron: z
    .string()
    .max(200)
    .meta({ description: "Five fields, or six with seconds first. No H, and no @daily." }),
  timeZone: z
    .string()
    .max(100)
    .default("UTC")
    .meta({ description: "Whose clocks `cron` and `blocked` go by, such as Europe/Berlin." }),
  jitter: duration.prefault("0s").meta({
    description: "It begins at most so much later, by a draw that is the same for the same time.",
  }),
  blocked: z.array(blocked).max(50).default([]),
});

type Parsed = z.output<typeof drillSchema>;

/** As the schedules of the engine, and as it was written, for people. */
export interface DrillConfig extends Schedule {
  readonly cron: string;
  readonly timeZone: string;
}

/** Of one in which everything was found right. */
export function toDrill(parsed: Parsed): DrillConfig {
  const { cron, timeZone: zoneName, jitter, blocked: windows, ...rest } = parsed;
  const [times, zone] = [cronTimes(cron), timeZone(zoneName)];
  if ("whyNot" in times || !zone) throw new Error(`${cron} in ${zoneName} was not checked`);
  return {
    ...rest,
    cron,
    timeZone: zoneName,
    rule: `${cron} ${zoneName}`,
    calendar: { times, zone },
    jitterMs: jitter,
    blocked: windows.map(toWindow),
  };
}

export function toWindow({ days, from, to }: z.output<typeof blocked>): BlockedWindow {
  return { days, fromMinute: minuteOf(from), toMinute: minuteOf(to) };
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}
