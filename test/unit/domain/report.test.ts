import { expect, test } from "@jest/globals";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { type Report, reportOf } from "../../../src/domain/report.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import {
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
const verdicts = ({ criteria }: Report) => criteria.map(({ verdict }) => verdict);
const until = ({ events }: JournalStory, type: string) =>
  events.slice(0, events.findIndex((event) => event.type === type) + 1);

test("all went well: PASS, and why", () => {
  const found = report(tellSuccess());
  expect(found).toMatchObject({
    status: "ended",
    outcome: "succeeded",
    result: "PASS",
    resultReasons: ["all mandatory criteria passed"],
    openedAt: "2026-11-22T15:00:00.530Z",
    endedAt: "2026-11-22T15:00:01.005Z",
    trigger: { by: "decision", verdict: "site-loss" },
    recovery: { fromLastGoodMs: 1000 },
    dataLoss: {
      ms: 350,
      confidence: "estimated",
      method: "first failed probe minus newest heartbeat",
    },
    notExecuted: [],
    debts: [],
    holds: [],
  });
  expect(verdicts(found)).toEqual(["pass", "pass", "pass", "pass", "pass", "not evaluated"]);
  expect(found.steps.find(({ id }) => id === "scale-shop")).toEqual({
    id: "scale-shop",
    uses: "scale",
    cluster: "green",
    subject: "shop",
    state: "reached",
    attempts: 1,
    startedAt: "2026-11-22T15:00:00.533Z",
    endedAt: "2026-11-22T15:00:00.800Z",
    durationMs: 267,
    before: { replicas: 0 },
    after: { replicas: 3, available: 3 },
    sources: { replicas: "as blue last had them while healthy" },
  });
});

test("the timeline begins with the last good answer and holds every record once, in order", () => {
  const story = tellSuccess();
  const { timeline } = report(story);
  expect(timeline.slice(0, 6).map(({ action, offsetMs }) => [action, offsetMs])).toEqual([
    ["answer.last-good", 0],
    ["answer.first-failed", 250],
    ["suspicion.raised", 260],
    ["verdict.reached", 500],
    ["decision.made", 510],
    ["operation.opened", 530],
  ]);
  expect(timeline.slice(5).map(({ seq }) => seq)).toEqual(story.events.map(({ seq }) => seq));
  expect(
    timeline.find(({ action, target }) => action === "step.reached" && target === "verify"),
  ).toEqual({
    at: "2026-11-22T15:00:01.000Z",
    offsetMs: 1000,
    actor: "greenlight",
    action: "step.reached",
    target: "verify",
    outcome: "reached",
    durationMs: 79,
    attempt: 1,
    seq: 15,
  });
});

test("an owed fence is a debt with its window, and no reason to fail", () => {
  const { result, debts } = report(tellOwedFence());
  expect(result).toBe("PASS");
  expect(debts).toEqual([
    {
      step: "fence-shop",
      cluster: "blue",
      owed: "fence",
      since: "2026-11-22T15:00:00.831Z",
      reason: "GL_UNREACHABLE: blue does not answer",
      window: { from: "2026-11-22T15:00:00.250Z", until: null },
    },
  ]);
});

test("held and resumed: it ended well, but beyond its time", () => {
  const found = report(tellHeldAndResumed());
  expect(found).toMatchObject({
    result: "FAIL",
    resultReasons: ["rto fail: 64000 ms, 5000 ms allowed"],
  });
  expect(found.holds).toEqual([
    {
      number: 1,
      at: "2026-11-22T15:00:03.890Z",
      reason: "point-public failed",
      resumedAt: "2026-11-22T15:01:03.890Z",
      resumedBy: "alice",
      durationMs: 60_000,
    },
  ]);
  expect(found.steps.find(({ id }) => id === "point-public")).toMatchObject({
    attempts: 2,
    durationMs: 63_069,
  });
  expect(report(until(tellHeldAndResumed(), "operation.held"))).toMatchObject({
    status: "held",
    outcome: null,
    result: "INCONCLUSIVE",
    resultReasons: ["the operation is not over"],
  });
});

test("undone: FAIL, with what was taken back and what was never begun", () => {
  const found = report(tellUndone());
  expect(found.result).toBe("FAIL");
  expect(verdicts(found)).toEqual([
    "fail",
    "fail",
    "fail",
    "inconclusive",
    "pass",
    "not evaluated",
  ]);
  expect(found.dataLoss).toMatchObject({ ms: 0, method: "no store was promoted" });
  expect(found.steps.map(({ id, state, undone }) => [id, state, undone?.durationMs])).toEqual([
    ["fence-shop", "reached", 259],
    ["scale-shop", "failed", 30],
    ["data.check", "reached", undefined],
  ]);
  expect(found.notExecuted).toEqual([
    { id: "promote-store", why: "needs scale-shop, which is failed" },
    { id: "primary", why: "needs promote-store, which is not started" },
    { id: "point-public", why: "needs promote-store, which is not started" },
    { id: "verify", why: "needs primary, which is not started" },
  ]);
  expect(found.trigger).toMatchObject({ by: "alice", verdict: null, evidence: [] });
});

test("while it runs nothing is concluded", () => {
  const found = report(tellSuccess().events.slice(0, -1));
  expect(found).toMatchObject({ status: "running", result: "INCONCLUSIVE", endedAt: null });
  expect(found.recovery.fromLastGoodMs).toBe(1000);
});
