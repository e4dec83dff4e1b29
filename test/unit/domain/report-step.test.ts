import { expect, test } from "@jest/globals";
import type { Outcome } from "../../../src/domain/event.ts";
import { reportOf } from "../../../src/domain/report.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import {
  AUTOMATIC,
  MANUAL,
  PLAN,
  tellHeldAndResumed,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../fakes/operation-story.ts";

const WITHOUT_END = (story: JournalStory) => story.events.slice(0, -1);
const ending = (story: JournalStory, outcome: Outcome) =>
  reportOf(
    story.events.map((event) => (event.type === "operation.ended" ? { ...event, outcome } : event)),
  );
const opened = () => new JournalStory(PLAN).open(0, MANUAL);
const AWAY = { reason: "away" };

test.each<[Outcome, number]>([
  ["succeeded", 1],
  ["held", 1],
  ["undone", 0],
  ["restored", 0],
  ["aborted", 0],
])("an operation that ended %s leaves %i debts", (outcome, debts) => {
  expect(ending(tellOwedFence(), outcome)?.debts).toHaveLength(debts);
});

test("only what failed, was gone on without and is owed is a debt", () => {
  const debtsOf = (onFailure: "undo" | "continue", step: string) => {
    const steps = PLAN.steps.map((one) => ({ ...one, onFailure }));
    const story = new JournalStory({ ...PLAN, steps }).open(0, MANUAL).fail(step, [1, 2], AWAY);
    return reportOf(story.events)?.debts.map((debt) => debt.step);
  };
  expect(debtsOf("continue", "fence-shop")).toEqual(["fence-shop"]);
  expect(debtsOf("undo", "fence-shop")).toEqual([]);
  expect(debtsOf("continue", "scale-shop")).toEqual([]);
  const [debt] = reportOf(opened().fail("fence-shop", [1, 2], AWAY).events)?.debts ?? [];
  expect(debt?.window).toEqual({ from: "2026-11-22T15:00:00.000Z", until: null });
});

test.each<[Outcome, number | null]>([
  ["succeeded", 490],
  ["restored", 490],
  ["undone", null],
  ["held", null],
  ["aborted", null],
])("what was reached and then ended %s has recovered in %p ms", (outcome, ms) => {
  expect(ending(tellSuccess(), outcome)?.recovery.fromDecisionMs).toBe(ms);
});

test("why a step was not executed: what it waited for, the end, or just not yet", () => {
  const why = (story: JournalStory) =>
    new Map(reportOf(story.events)?.notExecuted.map(({ id, why }) => [id, why]));
  const failed = opened().fail("fence-shop", [1, 2], AWAY).reach("scale-shop", [1, 2]);
  expect(why(failed).get("promote-store")).toBe("needs data.check, which is not started");
  expect(why(failed).get("data.check")).toBe("not yet");
  failed.tell(3, { type: "operation.ended", outcome: "undone" });
  expect(why(failed).get("data.check")).toBe("the operation ended undone before");
});

test("a step without its intent, and one without a result, have no duration", () => {
  const story = opened()
    .tell(5, { type: "step.failed", step: "scale-shop", attempt: 1, reason: "can't look" })
    .tell(6, { type: "step.intended", step: "fence-shop", attempt: 1, deadline: 9 })
    .tell(7, { type: "gate.refused", step: "data.check", attempt: 1, reason: "unknown" });
  expect(reportOf(story.events)?.steps).toMatchObject([
    { id: "fence-shop", state: "running", durationMs: null, endedAt: null, before: null },
    { id: "scale-shop", state: "failed", durationMs: null, startedAt: null, reason: "can't look" },
  ]);
});

test("a reached step has no reason, whatever came before", () => {
  for (const story of [tellUndone(), tellHeldAndResumed()])
    for (const step of reportOf(story.events)?.steps ?? [])
      expect("reason" in step).toBe(step.state === "failed");
});

test("an undo that failed says why", () => {
  const story = opened()
    .fail("scale-shop", [1, 2], { ...AWAY, before: { replicas: 0 } })
    .tell(3, { type: "undo.intended", step: "scale-shop", attempt: 1 })
    .tell(5, { type: "undo.failed", step: "scale-shop", attempt: 1, reason: "still away" })
    .tell(6, { type: "undo.intended", step: "scale-shop", attempt: 2 });
  expect(reportOf(story.events.slice(0, -1))?.steps[0]?.undone).toMatchObject({
    state: "failed",
    durationMs: 2,
    reason: "still away",
  });
  expect(reportOf(story.events)?.steps[0]?.undone).toMatchObject({ state: "running", attempts: 2 });
});

test("the timeline names who did it and says why", () => {
  const held = reportOf(tellHeldAndResumed().events)?.timeline ?? [];
  const lineOf = (action: string) => {
    const { actor, outcome } = held.find((entry) => entry.action === action) ?? {};
    return [actor, outcome];
  };
  expect(lineOf("operation.opened")).toEqual(["greenlight", AUTOMATIC.verdict.evidence.join("; ")]);
  expect(lineOf("operation.held")).toEqual(["greenlight", "point-public failed"]);
  expect(lineOf("operation.resumed")).toEqual(["alice", ""]);
  expect(lineOf("step.failed")).toEqual(["greenlight", "GL_UNREACHABLE: 127.0.0.1:5353"]);
  expect(lineOf("operation.ended")).toEqual(["greenlight", "succeeded"]);
  const undone = reportOf(tellUndone().events)?.timeline ?? [];
  expect(undone[0]).toMatchObject({
    actor: "alice",
    outcome: "blue's rack is on fire",
    offsetMs: 0,
  });
  expect(undone.at(-1)).toMatchObject({ outcome: "undone: scale-shop failed" });
});

test("what is not over has no verdict against it", () => {
  const found = reportOf(WITHOUT_END(tellUndone()));
  const verdicts = found?.criteria.map(({ id, verdict, observed }) => [id, verdict, observed]);
  expect(verdicts?.slice(0, 4)).toEqual([
    ["outcome", "inconclusive", null],
    ["steps", "inconclusive", 1],
    ["verification", "inconclusive", 0],
    ["rto", "inconclusive", null],
  ]);
});
