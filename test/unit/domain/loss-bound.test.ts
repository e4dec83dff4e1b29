import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import { type LossInput, lossBound } from "../../../src/domain/loss-bound.ts";

const NOW = 60_000;
const standby: DataStatus = {
  epoch: 1,
  sequence: 1,
  engine: "shelf",
  role: "standby",
  linkUp: false,
  position: 40,
  lagMs: 3,
  heartbeatAt: 9_500,
  observedAt: NOW,
  confidence: "estimated",
  reasons: [],
};
const fenced: DataStatus = { ...standby, role: "fenced", linkUp: null, confidence: "proven" };
const input: LossInput = { firstFailedAt: 10_000, standby, primary: undefined, now: NOW };

test("the first failed probe minus the newest heartbeat, however long the outage lasts", () => {
  const bound = lossBound(input);
  expect(bound).toMatchObject({ ms: 500, confidence: "estimated" });
  expect(bound.method).toBe("first failed probe minus the newest heartbeat applied on the standby");
  expect(bound.reasons).toEqual(["the primary's store does not answer"]);
  const later = { ...input, now: NOW * 10, standby: { ...standby, observedAt: NOW * 10 } };
  expect(lossBound(later)).toEqual(bound);
});

test("what weakens the standby's own word is passed on", () => {
  const told = lossBound({ ...input, standby: { ...standby, reasons: ["the link is down"] } });
  expect(told.reasons).toContain("the link is down");
});

test("a primary that answered, is fenced and reached: nothing is lost, proven", () => {
  const proven = { ms: 0, confidence: "proven", reasons: [] };
  expect(lossBound({ ...input, primary: fenced })).toMatchObject(proven);
  const ahead = { ...standby, position: 41, heartbeatAt: null };
  const blind = { ...input, standby: ahead, firstFailedAt: null, primary: fenced };
  expect(lossBound(blind)).toMatchObject(proven);
});

test.each<[string, Partial<DataStatus>, string]>([
  ["not fenced", { role: "primary" }, "the primary's store is not fenced"],
  ["not reached", { position: 41 }, "the standby has not reached the position at which"],
  ["not sure of itself", { confidence: "unknown" }, "the standby has not reached the position"],
  ["of another kind", { engine: "drawer" }, "the standby has not reached the position"],
])("a primary that answered, but is %s, proves nothing", (_, more, why) => {
  const bound = lossBound({ ...input, primary: { ...fenced, ...more } });
  expect(bound).toMatchObject({ ms: 500, confidence: "estimated" });
  expect(bound.reasons.join()).toContain(why);
});

test.each<[string, Partial<LossInput>, string]>([
  ["the standby is silent", { standby: undefined }, "does not answer"],
  ["it is lost itself", { standby: { ...standby, confidence: "unknown" } }, "its own state"],
  ["it is no standby", { standby: { ...standby, role: "primary" } }, "a primary itself"],
  ["it was a primary", { standby: fenced }, "fenced, and follows nobody"],
  ["both are fenced", { standby: fenced, primary: fenced }, "fenced, and follows nobody"],
  ["no heartbeat", { standby: { ...standby, heartbeatAt: null } }, "no heartbeat"],
  ["one ahead of its clock", { standby: { ...standby, heartbeatAt: NOW + 251 } }, "future"],
  ["a clock ahead of ours", { standby: ahead(NOW + 1000) }, "future"],
  ["not a number", { standby: { ...standby, heartbeatAt: Number.NaN } }, "future"],
  ["no failed probe", { firstFailedAt: null }, "no failed probe"],
  ["an endless one", { firstFailedAt: Infinity }, "no failed probe"],
])("unknown: %s", (_, more, why) => {
  const bound = lossBound({ ...input, ...more });
  expect(bound).toMatchObject({ ms: null, confidence: "unknown" });
  expect(bound.reasons.join()).toContain(why);
});

function ahead(at: number): DataStatus {
  return { ...standby, heartbeatAt: at, observedAt: at };
}

test("clocks may differ a little, and no bound is negative", () => {
  expect(lossBound({ ...input, standby: ahead(NOW + 250) })).toMatchObject({ ms: 0 });
  const answer = fc.option(fc.integer({ min: 0, max: 2 * NOW }), { nil: null });
  fc.assert(
    fc.property(answer, answer, (heartbeatAt, firstFailedAt) => {
      const { ms, confidence } = lossBound({
        ...input,
        firstFailedAt,
        standby: { ...standby, heartbeatAt },
      });
      expect(ms === null).toBe(confidence === "unknown");
      expect(ms ?? 0).toBeGreaterThanOrEqual(0);
      expect(confidence).not.toBe("proven");
    }),
  );
});
