import { CronExpressionParser } from "cron-parser";
import type { LocalTimes } from "../../domain/calendar.ts";

/**
 * The local times of a cron expression: five fields, or six with seconds first. Returns why not
 * where it can't be understood, or names a day that never comes.
 */
export function cronTimes(cron: string): LocalTimes | { readonly whyNot: string } {
  const fields = cron.trim().split(/\s+/);
  if (cron.trim() === "" || fields.length < 5 || fields.length > 6)
    return { whyNot: "must have five fields, or six with seconds first" };
  if (fields.some(isHashed)) return { whyNot: "H is not understood: use jitter" };
  try {
    const { hour } = read(cron, 0).fields;
    read(cron, 0).next();
    return {
      everyHour: hour.values.length === 24,
      next: (local) => step(() => read(cron, local).next()),
      previous: (local) => step(() => read(cron, local).prev()),
    };
  } catch (error) {
    return { whyNot: whyNot(error) };
  }
}

/** All of it is computed as if in UTC, where no clock is ever moved. */
function read(cron: string, currentDate: number) {
  return CronExpressionParser.parse(cron, { tz: "UTC", currentDate });
}

function step(take: () => { getTime(): number }): number | undefined {
  try {
    return take().getTime();
  } catch {
    return undefined;
  }
}

/** Jenkins's way to say "any, but always the same". */
function isHashed(field: string): boolean {
  return field.split(",").some((part) => /^h(?![a-z])/i.test(part));
}

function whyNot(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return NEVER.test(text)
    ? "never comes: there is no such day"
    : `is no cron expression: ${text.replace(/^Constraint error, /, "")}`;
}

const NEVER = /loop limit exceeded|day of month definition/;
