import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readCause } from "../../../src/domain/cause.ts";
import type { OperationPlan, PlannedStep } from "../../../src/domain/plan.ts";
import { recoveryOf } from "../../../src/domain/recovery.ts";
import { recordHolds, recordSteps } from "../../../src/domain/step-record.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import { AUTOMATIC, PLAN } from "../../fakes/operation-story.ts";

interface Shape {
  readonly needs: readonly number[];
  readonly goesOn: boolean;
  readonly ms: number;
  /** Of its second attempt, where it has one. */
  readonly againMs: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  needs: fc.array(fc.nat(7), { maxLength: 3 }),
  goesOn: fc.boolean(),
  ms: fc.integer({ min: 1, max: 500 }),
  againMs: fc.integer({ min: 1, max: 90_000 }),
});

const OPENED_MS = 530;

/**
 * As the engine runs it: a step begins when what it needs is reached, or failed and may be gone
 * without. Those that go on fail at first, and so does the last mandatory one: it is held, resumed, and
 * all that failed is tried again, also what others went on without long ago.
 */
function tell(shapes: readonly Shape[], heldMs: number): JournalStory {
  const steps = shapes.map(({ needs, goesOn }, i): PlannedStep => {
    const before = [...new Set(needs.filter((need) => need < i))];
    const { retries: _, owes: __, ...common } = PLAN.steps[0] as PlannedStep;
    const onFailure = goesOn ? "continue" : "hold";
    return { ...common, id: `${i}`, needs: before.map(String), onFailure };
  });
  const plan: OperationPlan = { ...PLAN, steps };
  const story = new JournalStory(plan).open(OPENED_MS, AUTOMATIC);
  const held = shapes.findLastIndex(({ goesOn }) => !goesOn);
  const fails = (i: number) => i === held || shapes[i]?.goesOn === true;
  const ends: number[] = [];
  for (const [i, { ms }] of shapes.entries()) {
    const needs = (steps[i]?.needs ?? []).map(Number);
    if (needs.some((need) => ends[need] === undefined || need === held)) continue;
    const from = Math.max(OPENED_MS, ...needs.map((need) => ends[need] ?? 0)) + 1;
    ends[i] = from + ms;
    if (fails(i)) story.fail(`${i}`, [from, from + ms], { reason: "it does not answer" });
    else story.reach(`${i}`, [from, from + ms]);
  }
  const heldAt = Math.max(...ends.filter((end) => end !== undefined)) + 1;
  const resumedAt = heldAt + heldMs;
  story.tell(heldAt, { type: "operation.held", number: 1, reason: "it failed" });
  story.tell(resumedAt, { type: "operation.resumed", number: 1, by: "alice" });
  const began = ends.map((end) => end !== undefined);
  for (const [i, { againMs }] of shapes.entries()) {
    if (began[i] && !fails(i)) continue;
    const needs = (steps[i]?.needs ?? []).map(Number);
    const from = Math.max(resumedAt, ...needs.map((need) => ends[need] ?? 0)) + 1;
    ends[i] = from + againMs;
    story.reach(`${i}`, [from, from + againMs], { attempt: began[i] ? 2 : 1 });
  }
  const endedAt = Math.max(...ends) + 1;
  return story.tell(endedAt, { type: "operation.ended", outcome: "succeeded" });
}

test("also where what was gone without is reached after what went on: no part is negative, and all add up", () => {
  const arbitrary = [
    fc.array(shape, { minLength: 1, maxLength: 8 }).map((shapes) => [
      // It has failed, and been gone without, before anything else begins.
      { needs: [], goesOn: true, ms: 1, againMs: 90_001 },
      ...shapes,
      { needs: [shapes.length], goesOn: false, ms: 1, againMs: 1 },
    ]),
    fc.integer({ min: 1, max: 90_000 }),
  ] as const;
  let afterwards = 0;
  fc.assert(
    fc.property(...arbitrary, (shapes, heldMs) => {
      const { plan, events } = tell(shapes, heldMs);
      const [steps, holds] = [recordSteps(plan, events), recordHolds(events)];
      const instants = events.map(({ at }) => at);
      const openedAt = instants[0] ?? 0;
      const { fault } = readCause(AUTOMATIC);
      const course = { plan, openedAt, fault, steps, holds, instants, isLost: false };
      const { parts, ...total } = recoveryOf(course);
      const sum = (from: number) => parts.slice(from).reduce((all, { ms }) => all + ms, 0);
      expect(parts.filter(({ ms }) => ms < 0)).toEqual([]);
      expect([total.fromLastGoodMs, total.fromFirstFailedMs, total.fromDecisionMs]).toEqual([
        sum(0),
        sum(1),
        sum(3),
      ]);
      const held = parts.filter(({ phase }) => phase === "held");
      expect(held.reduce((all, { ms }) => all + ms, 0)).toBeLessThanOrEqual(heldMs);
      const isLate = ({ planned, endedAfter, state }: (typeof steps)[number]) =>
        planned.onFailure === "continue" &&
        state === "reached" &&
        steps.some(
          (other) =>
            other.planned.needs.includes(planned.id) &&
            other.startedAfter !== null &&
            (endedAfter ?? 0) > (other.endedAfter ?? Infinity),
        );
      if (steps.some(isLate)) afterwards += 1;
    }),
    { numRuns: 300 },
  );
  // The stories are of that kind at all.
  expect(afterwards).toBeGreaterThan(30);
});
