import type { Draft } from "../../domain/event.ts";
import { renderInstant } from "../../domain/instant.ts";
import type { Telling } from "./told.ts";

type ScheduleFact = Extract<Draft, { readonly dueAt: number }>;

/** What the calendar asked for and did not get. */
export function tellSchedule(fact: ScheduleFact, application: string): Telling {
  const { schedule, dueAt, at, reason } = fact;
  const isMissed = fact.type === "schedule.missed";
  return {
    application,
    at,
    severity: isMissed ? "warning" : "info",
    title: `${application}: schedule ${schedule} was ${isMissed ? "missed" : "skipped"}`,
    text: `It was due at ${renderInstant(dueAt)}${reason === undefined ? "" : `: ${reason}`}.`,
  };
}
