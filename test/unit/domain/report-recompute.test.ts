import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonical } from "../../../src/domain/canonical.ts";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { type Report, reportOf } from "../../../src/domain/report.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import {
  AUTOMATIC,
  tellHeldAndResumed,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../fakes/operation-story.ts";

const report = (story: JournalStory | readonly JournalEvent[]): Report => {
  const found = reportOf(story instanceof JournalStory ? story.events : story);
  if (!found) throw new Error("no operation");
  return found;
};
const mandatory = ({ criteria }: Report) =>
  criteria.filter((one) => one.mandatory).map(({ verdict }) => verdict);
const STORIES = { tellSuccess, tellOwedFence, tellHeldAndResumed, tellUndone };

test.each(Object.entries(STORIES))("%s: any prefix has a report, and it is JSON", (_, tell) => {
  const { events } = tell();
  for (let length = 1; length <= events.length; length++) {
    const found = report(events.slice(0, length));
    expect(JSON.parse(canonical(found))).toEqual(found);
    expect(found.result === "PASS").toBe(
      length === events.length && mandatory(found).every((one) => one === "pass"),
    );
  }
  expect(reportOf([])).toBeUndefined();
  expect(reportOf(events.slice(1))).toBeUndefined();
});

test.each(Object.entries(STORIES))("%s: one shifted time moves what depends on it", (_, tell) => {
  const { events } = tell();
  const original = report(events);
  const shift = fc.record({ i: fc.nat(events.length - 1), by: fc.integer({ min: 1, max: 9999 }) });
  fc.assert(
    fc.property(shift, ({ i, by }) => {
      const shifted = report(
        events.map((event, at) => (at === i ? { ...event, at: event.at + by } : event)),
      );
      const seq = events[i]?.seq;
      const entryOf = ({ timeline }: Report) => timeline.find((entry) => entry.seq === seq);
      expect(entryOf(shifted)?.at).not.toBe(entryOf(original)?.at);
      const { type, ...rest } = events[i] ?? { type: "none" };
      if (type === "step.reached" && "step" in rest) {
        const durationOf = (one: Report) =>
          one.steps.find(({ id }) => id === rest.step)?.durationMs ?? 0;
        expect(durationOf(shifted) - durationOf(original)).toBe(by);
      }
    }),
  );
});

test("the end of the last mandatory step is the recovery time, and each instant of the fault is", () => {
  const { events } = tellSuccess();
  const shifted = report(
    events.map((event) =>
      event.type === "step.reached" && event.step === "verify"
        ? { ...event, at: event.at + 5 }
        : event,
    ),
  );
  expect(shifted.recovery).toMatchObject({
    fromLastGoodMs: 1005,
    fromFirstFailedMs: 755,
    fromDecisionMs: 495,
  });
  for (const name of ["lastGoodAt", "firstFailedAt", "verdictAt", "decidedAt"] as const) {
    const fault = { ...AUTOMATIC.fault, [name]: (AUTOMATIC.fault[name] ?? 0) - 1 };
    const moved = report(
      events.map((event) =>
        event.type === "operation.opened" ? { ...event, cause: { ...AUTOMATIC, fault } } : event,
      ),
    );
    expect(moved.recovery).not.toEqual(report(events).recovery);
  }
});

test("a cause of any shape has a report", () => {
  const { events } = tellSuccess();
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (cause, part) => {
      const parts = { fault: part, verdict: part, losses: part };
      for (const any of [cause, parts])
        report(
          events.map((event) =>
            event.type === "operation.opened" ? { ...event, cause: any } : event,
          ) as never,
        );
    }),
  );
});
