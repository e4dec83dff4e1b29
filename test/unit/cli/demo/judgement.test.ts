import { expect, test } from "@jest/globals";
import {
  areObjectivesMet,
  type Ending,
  whyNotAsExpected,
} from "../../../../src/cli/demo/judgement.ts";
import { renderSummary, summaryOf } from "../../../../src/cli/demo/summary.ts";
import { type Explanation, explain } from "../../../../src/domain/explain.ts";
import type { DecisionContext } from "../../../../src/domain/guard.ts";
import { reportOf } from "../../../../src/domain/report.ts";
import { LOST } from "../../../fakes/circumstances.ts";
import { tooWide } from "../../../fakes/fake-terminal.ts";
import type { JournalStory } from "../../../fakes/journal-story.ts";
import { tellHeldAndResumed, tellSuccess, tellUndone } from "../../../fakes/operation-story.ts";

const MOVED = { ...explain(LOST), primary: "green" };
const STAYED = { ...explain(LOST), primary: "blue" };

function ending(explanation: Explanation, stories: readonly JournalStory[] = []): Ending {
  const reports = stories.flatMap((story) => reportOf(story.events) ?? []);
  const tally = { asked: 500, failed: 50, writesAcknowledged: 90, longestOutageMs: 1_200 };
  return { explanation, reports, tally, writesLost: 0 };
}

test("a move that succeeded in time is as expected", () => {
  const end = ending(MOVED, [tellSuccess()]);
  const expected = { moves: true, outcome: "succeeded", objectivesMet: true } as const;
  expect(areObjectivesMet(end)).toBe(true);
  expect(whyNotAsExpected(expected, end)).toEqual([]);
  expect(whyNotAsExpected({ ...expected, objectivesMet: false }, end)).toEqual([
    "objectives: met, not missed",
  ]);
  expect(whyNotAsExpected({ moves: false, guard: "paused" }, end)).toEqual([
    "the primary: green, not blue",
    "operations: succeeded, not none",
    "the guard paused forbids nothing",
  ]);
});

test("one that took too long misses its objectives", () => {
  expect(areObjectivesMet(ending(MOVED, [tellHeldAndResumed()]))).toBe(false);
});

test("where nothing moved, what users saw counts", () => {
  const end = ending(STAYED);
  expect(areObjectivesMet(end)).toBe(true);
  const long = { ...end, tally: { ...end.tally, longestOutageMs: 5_001 } };
  expect(areObjectivesMet(long)).toBe(false);
  expect(areObjectivesMet({ ...end, writesLost: 1 })).toBe(false);
  expect(areObjectivesMet({ ...end, writesLost: null })).toBe(false);
  expect(areObjectivesMet(ending(STAYED, [tellUndone()]))).toBe(true);
});

test("the guard that forbids it is looked for by name, and the verdict", () => {
  const context: DecisionContext = { ...LOST, standbyNotReady: ["no room"] };
  const end = ending({ ...explain(context), primary: "blue" });
  const expected = { moves: false, verdict: "site-loss", guard: "standby-not-ready" } as const;
  expect(whyNotAsExpected(expected, end)).toEqual([]);
  expect(whyNotAsExpected({ ...expected, verdict: "api-only" }, end)).toEqual([
    "the verdict on blue: site-loss, not api-only",
  ]);
});

test("the summary has all that programs go by", () => {
  const paths = new Map([["op-1", "/tmp/reports/op-1.json"]]);
  expect(summaryOf(ending(MOVED, [tellSuccess()]), paths)).toEqual({
    type: "summary",
    objectivesMet: true,
    operations: [
      {
        id: "op-1",
        kind: "failover",
        outcome: "succeeded",
        recoveryTimeMs: 1_000,
        dataLossMs: 350,
        report: "/tmp/reports/op-1.json",
      },
    ],
    clients: { asked: 500, failed: 50, writesLost: 0, longestOutageMs: 1_200 },
  });
});

test("the parts of the recovery time add up to it", () => {
  const text = renderSummary(ending(MOVED, [tellSuccess()]), new Map());
  expect(tooWide(text)).toEqual([]);
  const said = /in ms +((?:.|\n)+?)\n {2}\S/.exec(text)?.[1] ?? "";
  const parts = [...said.matchAll(/ (\d+)(?=\s*(?:\+|$))/g)].map((match) => Number(match[1]));
  expect(parts.reduce((sum, ms) => sum + ms, 0)).toBe(1_000);
});

test.each([
  ["moved", ending(MOVED, [tellSuccess()])],
  ["undone", ending(STAYED, [tellUndone()])],
  ["stayed", ending(STAYED)],
])("the summary of what %s fits a terminal", (_, end) => {
  expect(tooWide(renderSummary(end, new Map()))).toEqual([]);
});
