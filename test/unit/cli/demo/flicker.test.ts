import { expect, test } from "@jest/globals";
import { Chronicle } from "../../../../src/cli/demo/chronicle.ts";
import { Flicker } from "../../../../src/cli/demo/flicker.ts";
import type { VerdictKind } from "../../../../src/domain/verdict-kind.ts";
import type { WatchFact } from "../../../../src/domain/watch-fact.ts";

/** What is told, each time of it by its word; a fact every 200 ms. */
function teller() {
  const chronicle = new Chronicle();
  const flicker = new Flicker();
  let at = 1_767_225_600_000;
  return (fact: WatchFact, afterMs = 200): readonly string[] => {
    at += afterMs;
    const kept = { stream: "application-shop", epoch: 0, at, seq: 1, previous: "", hash: "" };
    const event = { ...fact, ...kept };
    return flicker.fold(event, chronicle.take(event)).map(({ what }) => what);
  };
}

const raised = (cluster = "blue"): WatchFact => ({
  type: "suspicion.raised",
  cluster,
  lastGoodAt: 1,
  firstFailedAt: 2,
  vantage: "east",
  probe: "front",
  answer: "timeout",
});
const cleared = (cluster = "blue"): WatchFact => ({ type: "suspicion.cleared", cluster });
const verdict = (kind: VerdictKind, cluster = "blue"): WatchFact => ({
  type: "verdict.reached",
  cluster,
  verdict: kind,
  evidence: [kind],
});

test("going to and fro is one line; what comes to something is told, and what it began with", () => {
  const tell = teller();
  const told: string[] = [];
  for (let i = 0; i < 50; i += 1) {
    told.push(...tell(raised()), ...tell(verdict("inconclusive")));
    told.push(...tell(cleared()), ...tell(verdict("healthy")));
  }
  expect(told.filter((what) => what === "to and fro")).toHaveLength(1);
  expect(told.length).toBeLessThan(12);
  expect(tell(raised("green"))).toEqual(["first failure", "suspicion"]);
  expect(tell(raised())).toEqual([]);
  expect(tell(verdict("inconclusive"))).toEqual([]);
  expect(tell(verdict("site-loss"))).toEqual(["first failure", "suspicion", "verdict"]);
  expect(tell(cleared())).toEqual(["suspicion"]);
});

test("what seldom turns is told each time, and after a calm while again", () => {
  const tell = teller();
  for (let i = 0; i < 20; i += 1) expect(tell(cleared(), 5_000)).toEqual(["suspicion"]);
  for (let i = 0; i < 20; i += 1) tell(raised());
  expect(tell(raised(), 60_000)).toEqual(["first failure", "suspicion"]);
});
