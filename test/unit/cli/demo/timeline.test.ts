import { expect, test } from "@jest/globals";
import { Chronicle, type Entry } from "../../../../src/cli/demo/chronicle.ts";
import { renderEntry, renderEntryJson } from "../../../../src/cli/demo/timeline.ts";
import type { JournalEvent } from "../../../../src/domain/event.ts";
import type { WatchFact } from "../../../../src/domain/watch-fact.ts";
import { tooWide } from "../../../fakes/fake-terminal.ts";
import type { JournalStory } from "../../../fakes/journal-story.ts";
import { ONCE } from "../../../fakes/journal-story.ts";
import {
  tellHeldAndResumed,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../../fakes/operation-story.ts";

function tell(events: readonly JournalEvent[]): string {
  const chronicle = new Chronicle();
  const entries = events.flatMap((event) => chronicle.take(event));
  return entries.map((entry) => renderEntry(entry, ONCE)).join("");
}

function watched(fact: WatchFact): readonly Entry[] {
  const kept = { stream: "application-shop", epoch: 0, at: ONCE + 300, seq: 1 };
  return new Chronicle().take({ ...fact, ...kept, previous: "", hash: "" });
}

test.each<[string, () => JournalStory]>([
  ["succeeded", tellSuccess],
  ["with a fence owed", tellOwedFence],
  ["held and resumed", tellHeldAndResumed],
  ["undone", tellUndone],
])("an operation that %s fits a terminal", (_, story) => {
  const text = tell(story().events);
  expect(text).not.toBe("");
  expect(tooWide(text)).toEqual([]);
});

test("each step has its duration, and an owed fence its name", () => {
  const text = tell(tellOwedFence().events);
  expect(text).toContain("  +0.831  fence owed     fence-shop, 300 ms: blue does not answer\n");
  expect(text).toContain("  +0.800  step done      scale-shop, 267 ms\n");
  expect(text).toContain("  +1.005  ended          succeeded\n");
});

test("what was taken back is told so", () => {
  const text = tell(tellUndone().events);
  expect(text).toContain("step failed    scale-shop, 5 s: 0 of 3 pods available\n");
  expect(text).toContain("taken back     fence-shop, 259 ms\n");
});

test("a suspicion is two entries: what failed first, and that it was noticed", () => {
  const [failure, suspicion] = watched({
    type: "suspicion.raised",
    cluster: "blue",
    lastGoodAt: ONCE - 100,
    firstFailedAt: ONCE + 20,
    vantage: "east",
    probe: "front",
    answer: "refused",
  });
  expect(failure).toEqual({
    at: ONCE + 20,
    what: "first failure",
    text: "east asks blue's front: refused, 120 ms after a good answer",
  });
  expect(suspicion).toMatchObject({ at: ONCE + 300, what: "suspicion" });
});

test("a verdict shows its evidence, where that says something", () => {
  const evidence = [
    "site-loss: nothing that can be asked is healthy",
    "api: failed at 3 of 3 vantages (refused, for 230 ms)",
    "nodes: not known: not asked",
    "workload: not known: no answer that tells (GL_UNREACHABLE: No usable answer: refused)",
  ];
  const told = watched({
    type: "verdict.reached",
    cluster: "blue",
    verdict: "site-loss",
    evidence,
  });
  expect(told).toEqual([
    {
      at: ONCE + 300,
      what: "verdict",
      text: "blue is site-loss: nothing that can be asked is healthy",
      details: ["api: failed at 3 of 3 vantages (refused, for 230 ms)"],
    },
  ]);
});

test("a decision says why", () => {
  const decided = { type: "decision.made", verdict: "site-loss", facts: {} } as const;
  const [move] = watched({ ...decided, action: "move", reasons: [] });
  expect(move?.text).toBe("move: the verdict is site-loss, and no guard forbids it");
  const [hold] = watched({ ...decided, action: "hold", reasons: ["green is not ready"] });
  expect(hold?.text).toBe("hold, and call a human: green is not ready");
  const [both] = watched({ ...decided, action: "hold", reasons: ["one", "two"] });
  expect(both).toMatchObject({ text: "hold, and call a human", details: ["one", "two"] });
});

test("long words are broken, also those below an entry", () => {
  const entry = {
    at: ONCE - 12,
    what: "verdict",
    text: "x".repeat(200),
    details: ["y".repeat(99)],
  };
  const text = renderEntry(entry, ONCE);
  expect(tooWide(text)).toEqual([]);
  expect(text).toMatch(/^ {2}-0\.012 {2}verdict {8}x+\n/);
});

test("programs get an object a line", () => {
  const line = renderEntryJson({ at: ONCE + 5, what: "ended", text: "succeeded" }, ONCE);
  expect(line.endsWith("\n")).toBe(true);
  expect(JSON.parse(line)).toEqual({ type: "timeline", atMs: 5, what: "ended", text: "succeeded" });
});
