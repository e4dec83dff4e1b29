import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderReport } from "../../../../src/cli/render/report-text.ts";
import { field, renderDuration, WIDTH, wrap } from "../../../../src/cli/render/text-block.ts";
import { reportOf } from "../../../../src/domain/report.ts";
import type { JournalStory } from "../../../fakes/journal-story.ts";
import {
  tellHeldAndResumed,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../../fakes/operation-story.ts";
import { tellRehearsal, tellSeenSuccess } from "../../../fakes/report-story.ts";

const render = ({ events }: JournalStory, length = events.length): string => {
  const report = reportOf(events.slice(0, length));
  return report ? renderReport(report) : "";
};
const STORIES = {
  tellSuccess,
  tellOwedFence,
  tellHeldAndResumed,
  tellUndone,
  tellRehearsal,
  tellSeenSuccess,
};

test.each(Object.entries(STORIES))("%s: fits the terminal at any moment", (_, tell) => {
  for (let length = 1; length <= tell().events.length; length++) {
    const lines = render(tell(), length).split("\n");
    expect(lines.filter((line) => line.length > WIDTH || line !== line.trimEnd())).toEqual([]);
  }
});

test("says what was decided, how long it took, and what was lost", () => {
  const text = render(tellSuccess());
  for (const line of [
    "PASS  shop: failover from blue to green",
    "  result        all mandatory criteria passed",
    "  pass          Every mandatory step reached its state: 6 of 6",
    "                1 s, 5 s allowed",
    "  1 s           from the last good answer, an upper bound (the objective: 5 s)",
    "  490 ms        from the decision",
    "      270 ms  capacity    scale-shop",
    "       80 ms  verify",
    "  350 ms        at most, estimated: first failed probe minus newest heartbeat",
    "   +1.000 s  reached         verify, 79 ms",
    '    before  {"replicas":0}',
  ])
    expect(text.split("\n")).toContain(line);
  for (const title of ["Not executed", "Debts", "Held for a human"])
    expect(text).not.toContain(title);
});

test("says what is left to do, and who did what", () => {
  const owed = render(tellOwedFence());
  expect(owed).toContain("\n  fence of blue (fence-shop), since 2026-11-22T15:00:00.831Z");
  expect(owed).toContain(
    "\n  blue could have served from 2026-11-22T15:00:00.250Z until it is paid\n",
  );
  const held = render(tellHeldAndResumed());
  expect(held).toContain("  result        rto fail: 64000 ms, 5000 ms allowed\n");
  expect(held).toContain("resumed by alice after 1 min 0 s: point-public");
  expect(held).toContain("start           point-public (attempt 2)\n");
  expect(held).toContain("resumed         op-1, by alice\n");
});

test("says what was taken back and what was never begun", () => {
  const undone = render(tellUndone());
  expect(undone).toContain("  verify        needs primary, which is not started\n");
  expect(undone).toContain("    undone  reached, 259 ms\n");
  expect(undone).toContain("  unknown       from the decision (the objective: 5 s)\n");
  expect(undone).not.toContain("last good");
  expect(undone).toContain("opened          op-1, by alice: blue's rack is on fire\n");
});

test("says what clients saw, who approved, and that all is as it was", () => {
  const rehearsal = render(tellRehearsal());
  expect(rehearsal).toContain("\n  approved      bob, 2026-11-22T14:59:59.000Z\n");
  expect(rehearsal).toContain("\n  All that was changed was taken back.\n");
  const seen = render(tellSeenSuccess());
  expect(seen).toContain("\n  710 ms        the longest outage at east, 4 samples failed\n");
});

test("each store is named where there are several", () => {
  const report = reportOf(tellSuccess().events);
  const store = { store: "s", ms: 3, confidence: "proven", method: "m" } as const;
  const dataLoss = { ...store, reasons: [], stores: [store, { ...store, store: "t" }] };
  expect(report && renderReport({ ...report, dataLoss })).toContain(" s: 3 ms, proven, m\n");
});

test("a long name begins its text instead of its column", () => {
  expect(field("a".repeat(14), "b")).toEqual([`  ${"a".repeat(14)}: b`]);
  expect(field("a".repeat(13), "b")).toEqual([`  ${"a".repeat(13)} b`]);
});

test("a number stays with its unit", () => {
  expect(wrap("", `${"a".repeat(77)} 12 ms`)).toEqual(["a".repeat(77), "12 ms"]);
});

test.each([
  [null, "unknown"],
  [0, "0 ms"],
  [-1500, "-1.5 s"],
  [59_999, "59.999 s"],
  [119_600, "2 min 0 s"],
  [3_725_000, "1 h 2 min"],
])("%s ms is %s", (ms, text) => {
  expect(renderDuration(ms)).toBe(text);
});

test("any text is wrapped whole, and moves no cursor", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 400 }), (text) => {
      const lines = wrap("head  ", text);
      expect(lines.every((line) => line.length <= WIDTH && !/\p{Cc}/u.test(line))).toBe(true);
      const seen = lines.map((line) => line.slice(6)).join("");
      expect(seen.replaceAll(" ", "")).toBe(text.replace(/[\p{Cc} ]/gu, ""));
    }),
  );
});
