import { expect, test } from "@jest/globals";
import type { JournalEvent } from "../../../src/domain/event.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import { type Report, reportOf } from "../../../src/domain/report.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import { AUTOMATIC, MANUAL, PLAN, tellSuccess } from "../../fakes/operation-story.ts";
import { tellRehearsal } from "../../fakes/report-story.ts";

const report = (story: JournalStory | readonly JournalEvent[]): Report => {
  const found = reportOf(story instanceof JournalStory ? story.events : story);
  if (!found) throw new Error("no operation");
  return found;
};
const verdicts = ({ criteria }: Report) => criteria.map(({ verdict }) => verdict);

const PLAN_OF_DEBTS: OperationPlan = {
  ...PLAN,
  steps: PLAN.steps.filter(({ id }) => id === "fence-shop"),
};
test("a rehearsal that did not put everything back as it was has failed", () => {
  const { events } = tellRehearsal();
  const criterionOf = (found: Report) => found.criteria.find(({ id }) => id === "restored");
  const good = report(events);
  expect([good.result, criterionOf(good)]).toMatchObject([
    "PASS",
    { observed: 0, verdict: "pass" },
  ]);
  const left = (after: object) =>
    report(
      events.map((event) =>
        event.type === "undo.reached" ? ({ ...event, after } as JournalEvent) : event,
      ),
    );
  const wrong = left({ replicas: 1, available: 1 });
  expect(wrong.result).toBe("FAIL");
  expect(wrong.resultReasons).toEqual(["restored fail: scale-shop differs in replicas"]);
  expect(wrong.returnToNormal).toMatchObject({ isComplete: false });
  // They are still going away.
  expect(left({ replicas: 0, available: 2 }).result).toBe("PASS");
  const never = report(events.filter(({ type }) => !type.startsWith("undo.")));
  expect(criterionOf(never)).toMatchObject({ reason: "scale-shop was not put back" });
  expect(criterionOf(report(events.slice(0, -1)))).toMatchObject({ verdict: "inconclusive" });
});

test.each<[string, JournalStory, Report["result"], string]>([
  [
    "beyond the RTO",
    tellSuccess({ ...PLAN, objectives: { rtoMs: 999, rpoMs: 2000 } }),
    "FAIL",
    "rto fail: 1000 ms, 999 ms allowed",
  ],
  [
    "just within it",
    tellSuccess({ ...PLAN, objectives: { rtoMs: 1000, rpoMs: 350 } }),
    "PASS",
    "all mandatory criteria passed",
  ],
  [
    "beyond the RPO",
    tellSuccess({ ...PLAN, objectives: { rtoMs: 5000, rpoMs: 349 } }),
    "FAIL",
    "rpo fail: 350 ms, 349 ms allowed",
  ],
  [
    "verified by nothing",
    tellSuccess(without("verify")),
    "INCONCLUSIVE",
    "verification inconclusive: the plan verifies nothing",
  ],
  [
    "not restored as planned",
    tellSuccess({ ...PLAN, ends: "restore" }),
    "FAIL",
    "outcome fail: it ended succeeded",
  ],
  [
    "a mandatory step left out",
    tellSuccess(withStep("more")),
    "FAIL",
    "steps fail: more not started",
  ],
  [
    "aborted before any change",
    opened().tell(9, { type: "operation.ended", outcome: "aborted" }),
    "ABORTED",
    "it was called off: aborted",
  ],
  [
    "stopped by a human and undone",
    opened()
      .tell(8, { type: "operation.aborting", by: "bob" })
      .tell(9, { type: "operation.ended", outcome: "undone" }),
    "ABORTED",
    "it was called off: undone",
  ],
  [
    "stopped by a human after a failure",
    opened()
      .fail("scale-shop", [2, 3], { reason: "no room" })
      .tell(8, { type: "operation.aborting", by: "bob" })
      .tell(9, { type: "operation.ended", outcome: "undone" }),
    "FAIL",
    "outcome fail: it ended undone",
  ],
  [
    "stopped by a human after a failure that does not matter",
    opened()
      .fail("fence-shop", [2, 3], { reason: "away" })
      .tell(8, { type: "operation.aborting", by: "bob" })
      .tell(9, { type: "operation.ended", outcome: "undone" }),
    "ABORTED",
    "it was called off: undone",
  ],
  [
    "undone, and nobody had stopped it",
    opened().tell(9, { type: "operation.ended", outcome: "undone" }),
    "FAIL",
    "rto inconclusive: it has not recovered",
  ],
  [
    "preempted by something that matters more",
    tellSuccess().tell(1004, { type: "operation.ended", outcome: "preempted", reason: "op-2" }),
    "ABORTED",
    "it was called off: preempted",
  ],
  [
    "a plan of steps that may all fail, and one did",
    opened(PLAN_OF_DEBTS)
      .fail("fence-shop", [2, 3], { reason: "away" })
      .tell(9, { type: "operation.ended", outcome: "succeeded" }),
    "FAIL",
    "steps fail: fence-shop failed",
  ],
  [
    "ended as it was held",
    opened().tell(9, { type: "operation.ended", outcome: "held" }),
    "FAIL",
    "outcome fail: it ended held",
  ],
])("%s", (_, story, result, reason) => {
  const found = report(story);
  expect(found.result).toBe(result);
  expect(found.criteria[2]).toMatchObject({ id: "verification", threshold: 1 });
  expect(found.resultReasons).toContain(reason);
  if (result === "ABORTED") expect(new Set(verdicts(found))).toEqual(new Set(["not evaluated"]));
});

test.each<[string, unknown, Report["result"], object]>([
  [
    "no bound",
    { ms: null, confidence: "unknown", method: "?" },
    "INCONCLUSIVE",
    { ms: null, confidence: "unknown" },
  ],
  [
    "a bound nobody vouches for",
    { ms: 3, confidence: "unknown" },
    "INCONCLUSIVE",
    { ms: 3, reasons: ["store: unknown, "] },
  ],
  ["a bound of another shape", 7, "INCONCLUSIVE", { ms: null, method: "no evidence" }],
  [
    "one bound alone",
    { ms: 3, confidence: "proven", method: "m" },
    "PASS",
    { ms: 3, method: "m", reasons: [] },
  ],
  [
    "of another store",
    { losses: [{ store: "x", ms: 3, confidence: "proven" }] },
    "INCONCLUSIVE",
    { ms: null },
  ],
])("loss evidence: %s", (_, after, result, dataLoss) => {
  const events = tellSuccess().events.map((event) => {
    if (event.type === "operation.opened") return { ...event, cause: { ...AUTOMATIC, losses: [] } };
    return event.type === "step.reached" && event.step === "data.check"
      ? { ...event, after }
      : event;
  });
  const found = report(events as readonly JournalEvent[]);
  expect(found.result).toBe(result);
  expect(found.dataLoss).toMatchObject(dataLoss);
});

test("the worst store bounds the loss, the weakest its confidence; the decision's bound is the last resort", () => {
  const [promote] = PLAN.steps.filter(({ uses }) => uses === "data");
  const plan = { ...PLAN, steps: [...PLAN.steps, { ...promote, id: "more", subject: "more" }] };
  const events = tellSuccess(plan as OperationPlan).events.map((event) =>
    event.type === "operation.opened"
      ? {
          ...event,
          cause: { losses: [{ store: "more", ms: 200, confidence: "unknown", method: "m" }] },
        }
      : event,
  );
  expect(report(events).dataLoss).toMatchObject({
    ms: 350,
    confidence: "unknown",
    reasons: ["store: estimated, first failed probe minus newest heartbeat", "more: unknown, m"],
  });
});

test("without a promotion there is nothing to lose, and no objective to miss", () => {
  const found = report(tellSuccess(without("promote-store")));
  expect(found.dataLoss).toMatchObject({ ms: 0, method: "no step of the plan promotes a store" });
  const rpo = found.criteria.find(({ id }) => id === "rpo");
  expect(rpo).toMatchObject({ mandatory: false, verdict: "not evaluated" });
  expect(found.result).toBe("PASS");
});

test("a fault without a last good answer: only a miss is certain", () => {
  const of = (rtoMs: number) => {
    const plan = { ...PLAN, objectives: { rtoMs, rpoMs: 2000 } };
    const cause = { ...AUTOMATIC, fault: { ...AUTOMATIC.fault, lastGoodAt: null } };
    const events = tellSuccess(plan).events.map((event) =>
      event.type === "operation.opened" ? { ...event, cause } : event,
    );
    return report(events).criteria.find(({ id }) => id === "rto");
  };
  expect(of(5000)).toMatchObject({ verdict: "inconclusive", observed: null });
  expect(of(750)).toMatchObject({ reason: "the last good answer is unknown" });
  expect(of(749)).toMatchObject({ verdict: "fail" });
});

function opened(plan = PLAN): JournalStory {
  return new JournalStory(plan).open(1, MANUAL);
}

/** Its events stay in the story: a report goes by the plan. */
function without(id: string): OperationPlan {
  return { ...PLAN, steps: PLAN.steps.filter((step) => step.id !== id) };
}

function withStep(id: string): OperationPlan {
  const [first] = PLAN.steps;
  const more = { ...first, id, onFailure: "undo" };
  return { ...PLAN, steps: [...PLAN.steps, more] } as OperationPlan;
}
