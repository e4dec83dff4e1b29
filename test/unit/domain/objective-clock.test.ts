import { expect, test } from "@jest/globals";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { reportOf } from "../../../src/domain/report.ts";
import { AUTOMATIC, tellSuccess } from "../../fakes/operation-story.ts";

const conclusionOf = (events: readonly JournalEvent[]) => {
  const found = reportOf(events);
  return found && [found.result, ...found.resultReasons];
};

test("by a clock that was set back meanwhile the RTO is not proved", () => {
  const events = tellSuccess().events.map((event) =>
    event.type === "operation.opened" ? { ...event, at: event.at + 60_000 } : event,
  );
  expect(conclusionOf(events)).toEqual([
    "INCONCLUSIVE",
    "rto inconclusive: the wall clock was set back by 59999 ms or more meanwhile",
  ]);
});

test("nor by one that was set back before it was decided", () => {
  const fault = { ...AUTOMATIC.fault, lastGoodAt: (AUTOMATIC.fault.lastGoodAt ?? 0) + 60_000 };
  const events = tellSuccess().events.map((event) =>
    event.type === "operation.opened" ? { ...event, cause: { ...AUTOMATIC, fault } } : event,
  );
  expect(conclusionOf(events)).toEqual([
    "INCONCLUSIVE",
    "rto inconclusive: the wall clock was set back by 59000 ms or more meanwhile",
  ]);
});
