import type { JournalEvent } from "../../src/domain/event.ts";

/** The bounds of blue's fault as they were last written down by then, and not taken back since. */
export function keptDoubt(
  events: readonly JournalEvent[],
  untilAt = Number.POSITIVE_INFINITY,
): Extract<JournalEvent, { type: "suspicion.raised" }> | undefined {
  const last = events.findLast(
    (event) =>
      (event.type === "suspicion.raised" || event.type === "suspicion.cleared") &&
      event.cluster === "blue" &&
      event.at <= untilAt,
  );
  return last?.type === "suspicion.raised" ? last : undefined;
}
