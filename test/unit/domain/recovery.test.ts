import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Cause, readCause } from "../../../src/domain/cause.ts";
import { recoveryOf, recoveryTimeOf } from "../../../src/domain/recovery.ts";
import { recordHolds, recordSteps } from "../../../src/domain/step-record.ts";
import { FENCING, store, tellLateFence } from "../../fakes/beside-story.ts";
import { JournalStory, ONCE } from "../../fakes/journal-story.ts";
import {
  AUTOMATIC,
  MANUAL,
  PLAN,
  tellHeldAndResumed,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../fakes/operation-story.ts";

const recovery = (
  { events }: Pick<JournalStory, "events">,
  cause: Cause = AUTOMATIC,
  isLost = false,
  plan = PLAN,
) => {
  const [steps, holds] = [recordSteps(plan, events), recordHolds(events)];
  const openedAt = events[0]?.at ?? 0;
  const instants = events.map(({ at }) => at);
  const { fault } = readCause(cause);
  return recoveryOf({ plan, openedAt, fault, steps, holds, instants, isLost });
};
const linesOf = ({ parts }: ReturnType<typeof recovery>) =>
  parts.map(({ phase, step, ms }) => [step ?? phase, ms]);
const BEFORE = [
  ["unseen", 250],
  ["detect", 250],
  ["decide", 10],
  ["authorize", 20],
];

test("the way of those that were waited for: what ran beside it costs nothing", () => {
  const found = recovery(tellSuccess());
  expect(linesOf(found)).toEqual([
    ...BEFORE,
    ["scale-shop", 270],
    ["promote-store", 80],
    ["point-public", 40],
    ["verify", 80],
  ]);
  expect(found).toMatchObject({
    fromLastGoodMs: 1000,
    fromFirstFailedMs: 750,
    fromDecisionMs: 490,
  });
  expect(found.parts.map(({ phase }) => phase).slice(4)).toEqual([
    "capacity",
    "data",
    "traffic",
    "verify",
  ]);
});

test("a fence that had to be waited for is on the way, though it failed", () => {
  expect(linesOf(recovery(tellOwedFence())).slice(4, 6)).toEqual([
    ["fence-shop", 301],
    ["promote-store", 49],
  ]);
});

test("by a clock that was set back meanwhile nothing is proved", () => {
  const { events } = tellSuccess();
  const setBack = (fromLast: number, ms: number) =>
    recovery({
      events: events.map((event, index) =>
        index < events.length - fromLast ? event : { ...event, at: event.at - ms },
      ),
    });
  expect(setBack(2, 60_000)).toMatchObject({
    clockSetBackMs: 60_000 - (events.at(-2)?.at ?? 0) + (events.at(-3)?.at ?? 0),
  });
  expect(recoveryTimeOf(setBack(2, 60_000))).toBeNull();
  expect(setBack(2, 900)).toMatchObject({ clockSetBackMs: 0 });
  // What was written after it had recovered says nothing of that.
  expect(setBack(1, 60_000)).toMatchObject({ clockSetBackMs: 0 });
});

test("the last step is the one that the journal has last, whatever the clock said", () => {
  const { events } = tellSuccess();
  const verified = events.findIndex(
    (event) => event.type === "step.reached" && event.step === "verify",
  );
  const early = events.map((event, index) =>
    index < verified ? event : { ...event, at: event.at - 500 },
  );
  expect(recovery({ events: early })).toMatchObject({ fromDecisionMs: -10 });
});

test("the time of a human is not that of the step", () => {
  const found = recovery(tellHeldAndResumed());
  expect(linesOf(found).slice(5)).toEqual([
    ["promote-store", 80],
    ["held", 60_000],
    ["point-public", 3070],
    ["verify", 50],
  ]);
  expect(found.fromLastGoodMs).toBe(64_000);
});

test("a need that was tried again when that was long over kept nobody waiting", () => {
  const found = recovery(tellLateFence({ after: store("fenced", 107) }), AUTOMATIC, false, FENCING);
  expect(linesOf(found)).toEqual([
    ...BEFORE,
    ["fence-data", 301],
    ["promote-store", 49],
    ["held", 59_980],
    ["point-public", 3090],
    ["verify", 50],
  ]);
});

test("of two needs that ended at once the later in the journal is named; a hold without end is time held", () => {
  const story = new JournalStory(PLAN)
    .open(530, AUTOMATIC)
    .reach("fence-shop", [531, 800])
    .reach("data.check", [532, 800])
    .reach("scale-shop", [533, 800])
    .reach("promote-store", [801, 880])
    .tell(882, { type: "operation.held", number: 1, reason: "never answered" })
    .reach("primary", [881, 900])
    .reach("point-public", [881, 900])
    .reach("verify", [901, 910]);
  expect(linesOf(recovery(story)).slice(4)).toEqual([
    ["scale-shop", 270],
    ["promote-store", 80],
    ["held", 18],
    ["point-public", 2],
    ["held", 10],
    ["verify", 0],
  ]);
});

test("what was not reached, or was taken back, is no recovery", () => {
  const undone = recovery(tellUndone(), MANUAL);
  const none = { fromLastGoodMs: null, fromFirstFailedMs: null, fromDecisionMs: null };
  expect(undone).toEqual({ ...none, hasFault: false, clockSetBackMs: 0, parts: [] });
  expect(recovery(tellSuccess(), AUTOMATIC, true)).toMatchObject(none);
  expect(linesOf(recovery(tellSuccess(), AUTOMATIC, true))).toEqual(BEFORE);
});

test("without a fault it counts from the request", () => {
  const found = recovery(tellSuccess(), MANUAL);
  const lower = { fromLastGoodMs: null, fromFirstFailedMs: null, fromDecisionMs: 470 };
  expect(found).toMatchObject({ hasFault: false, ...lower });
  expect(found.parts[0]).toMatchObject({ step: "scale-shop", ms: 270 });
});

test("what the cause does not know of a fault is part of what came next", () => {
  const fault = {
    lastGoodAt: null,
    firstFailedAt: ONCE + 250,
    suspectedAt: 0,
    verdictAt: "?",
    decidedAt: ONCE + 510,
  };
  const found = recovery(tellSuccess(), { ...AUTOMATIC, fault } as never);
  expect(linesOf(found).slice(0, 2)).toEqual([
    ["decide", 260],
    ["authorize", 20],
  ]);
  const partly = { hasFault: true, fromLastGoodMs: null, fromFirstFailedMs: 750 };
  expect(found).toMatchObject(partly);
  expect(linesOf(recovery(tellSuccess(), { fault: { firstFailedAt: ONCE } } as never))[0]).toEqual([
    "decide",
    530,
  ]);
});

test("any plan, any times, also a clock that was set back: the parts add up", () => {
  const step = fc.record({
    needs: fc.array(fc.nat(7)),
    goesOn: fc.boolean(),
    end: fc.nat(999),
    after: fc.nat(99),
    hold: fc.nat(999),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(400), (graph, openedMs) => {
      const openedAt = ONCE + openedMs;
      const steps = graph.map(({ needs, goesOn, end, after }, i) => ({
        planned: {
          ...PLAN.steps[0],
          id: `${i}`,
          needs: needs.map(String),
          onFailure: goesOn ? "continue" : "undo",
        },
        state: goesOn && end % 2 ? "failed" : "reached",
        attempts: 1,
        startedAt: openedAt,
        endedAt: ONCE + end,
        endedAfter: after,
        startedAfter: null,
        ends: [{ at: ONCE + end, after }],
      }));
      const holds = graph.map(({ hold, end }, number) => ({
        number,
        at: ONCE + hold,
        reason: "",
        resumedAt: end % 3 ? ONCE + end : null,
        resumedBy: null,
      }));
      const { fault } = readCause(AUTOMATIC);
      const instants = steps.map(({ endedAt }) => endedAt);
      const course = {
        plan: PLAN,
        openedAt,
        fault,
        steps,
        holds,
        instants,
        isLost: false,
      } as never;
      const { parts, fromLastGoodMs, fromFirstFailedMs, fromDecisionMs } = recoveryOf(course);
      const sum = (from: number) => parts.slice(from).reduce((total, { ms }) => total + ms, 0);
      const sums = graph.every(({ goesOn }) => goesOn)
        ? [null, null, null]
        : [sum(0), sum(1), sum(3)];
      expect([fromLastGoodMs, fromFirstFailedMs, fromDecisionMs]).toEqual(sums);
    }),
    { numRuns: 500 },
  );
});
