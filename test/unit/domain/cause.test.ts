import { expect, test } from "@jest/globals";
import { readCause, readLosses } from "../../../src/domain/cause.ts";
import { AUTOMATIC, MANUAL } from "../../fakes/operation-story.ts";

test("reads back what was written", () => {
  const { fault, verdict, losses } = AUTOMATIC;
  const { kind, evidence } = verdict;
  expect(readCause(AUTOMATIC)).toEqual({ fault, verdict: kind, evidence, losses, clients: [] });
});

test("what it can't understand is unknown, and never an error", () => {
  const unknown = { lastGoodAt: null, firstFailedAt: null, suspectedAt: null };
  const fault = { ...unknown, verdictAt: null, decidedAt: null };
  const nothing = { fault, verdict: null, evidence: [], losses: [], clients: [] };
  for (const cause of [null, 7, "x", [AUTOMATIC], {}, MANUAL])
    expect(readCause(cause)).toEqual(nothing);
  const odd = { fault: { lastGoodAt: "1" }, verdict: { kind: 3, evidence: ["a", 4, "b"] } };
  expect(readCause(odd)).toEqual({ ...nothing, evidence: ["a", "b"] });
});

test("what clients saw before the opening is read as far as it is understood", () => {
  const east = { vantage: "east", address: "", since: 7 };
  const odd = [null, 3, { vantage: "west" }, { ...east, failed: "x", whyNot: 3 }];
  const cause = { clients: { seen: [{ ...east, whyNot: "refused", failed: 2 }, ...odd] } };
  expect(readCause(cause).clients).toEqual([
    { ...east, whyNot: "refused", failed: 2 },
    { ...east, failed: 0 },
  ]);
});

test("a bound counts for no more than what it says", () => {
  const unknown = { store: "s", ms: null, confidence: "unknown", method: "" };
  expect(readLosses({ losses: [{ confidence: "sure" }, 3] }, "s")).toEqual([unknown, unknown]);
  expect(readLosses({ confidence: "proven", ms: 2 }, "s")).toEqual([
    { ...unknown, confidence: "proven", ms: 2 },
  ]);
  expect(readLosses({ ms: 2 }, "s")).toEqual([]);
  expect(readLosses(undefined)).toEqual([]);
});
