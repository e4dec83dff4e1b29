import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  foldApprovals,
  stateOfRequest,
  whyNotApprover,
  whyOther,
} from "../../../src/domain/approval.ts";
import type { WatchFact } from "../../../src/domain/watch-fact.ts";
import { PLAN } from "../../fakes/operation-story.ts";

const requested = {
  type: "approval.requested",
  operation: "op-1",
  plan: PLAN,
  planHash: "hash",
  by: "alice",
  reason: "because",
  people: 2,
  expiresAt: 1_000,
} as const;
const given = (by: string) => ({ type: "approval.given", operation: "op-1", by }) as const;
const closed = (end: "opened" | "refused") => {
  return { type: "approval.closed", operation: "op-1", end, reason: "so" } as const;
};

function fold(...facts: readonly WatchFact[]) {
  const drafts = facts.map((fact, at) => ({ ...fact, stream: "application-shop", epoch: 0, at }));
  return drafts.reduce(foldApprovals, {});
}

function asked(...facts: readonly WatchFact[]) {
  const request = fold(requested, ...facts)["op-1"];
  if (!request) throw new Error("nothing was asked for");
  return request;
}

test("what is asked for awaits another person, is agreed to, and ends", () => {
  expect(stateOfRequest(asked(), 999)).toBe("awaiting-approval");
  expect(stateOfRequest(asked(), 1_000)).toBe("expired");
  expect(stateOfRequest(asked(given("bob")), 999)).toBe("agreed");
  expect(stateOfRequest(asked(given("bob")), 1_000)).toBe("expired");
  expect(stateOfRequest(asked(given("bob"), closed("opened")), 5_000)).toBe("opened");
});

test("whoever asked, and whoever has agreed, can't agree", () => {
  expect(whyNotApprover(asked(), "alice")).toMatch(/alice asked for it/);
  expect(whyNotApprover(asked(), "bob")).toBeUndefined();
  expect(whyNotApprover(asked(given("bob")), "bob")).toMatch(/bob has approved it already/);
});

test("nothing comes after its end, and nothing without its beginning", () => {
  expect(asked(closed("refused"), given("bob"), closed("opened"))).toEqual(
    asked(closed("refused")),
  );
  expect(fold(given("bob"), closed("opened"))).toEqual({});
});

test("only so many that are over are kept, and all that are not", () => {
  const facts = Array.from({ length: 150 }, (_, i): WatchFact[] => [
    { ...requested, operation: `op-${i}` },
    ...(i % 10 === 0 ? [] : [{ ...closed("refused"), operation: `op-${i}` }]),
  ]).flat();
  const kept = Object.values(fold(...facts));
  expect(kept.filter((request) => !request.closed)).toHaveLength(15);
  expect(kept.filter((request) => request.closed).length).toBeLessThanOrEqual(101);
});

test("however facts come, nobody's own word is enough, and an end stays", () => {
  const fact = fc.oneof(
    fc.constant<WatchFact>(requested),
    fc.constantFrom("alice", "bob", "carol").map(given),
    fc.constantFrom("opened" as const, "refused" as const).map(closed),
  );
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 12 }), fc.nat(2_000), (facts, now) => {
      const claims = facts.filter((one, i) => one.type !== "approval.requested" || i === 0);
      const request = fold(...claims)["op-1"];
      if (!request) return;
      const state = stateOfRequest(request, now);
      if (state === "agreed") expect(request.approvals.length).toBeGreaterThan(0);
      if (state === "awaiting-approval") expect(request.approvals).toEqual([]);
      const after = claims.filter(({ type }) => type !== "approval.requested");
      const ended = after.find(({ type }) => type === "approval.closed");
      if (claims[0]?.type === "approval.requested")
        expect(request.closed?.end).toBe(ended && "end" in ended ? ended.end : undefined);
    }),
  );
});

test("what is another plan now is said in words", () => {
  const [first, ...rest] = PLAN.steps;
  if (!first) throw new Error("no steps");
  const why = whyOther(
    { ...PLAN, epoch: PLAN.epoch + 1, from: "x", steps: [{ ...first, desired: 7 }, ...rest] },
    PLAN,
  );
  expect(why).toContain(`x is primary, not ${PLAN.from}`);
  expect(why).toContain(`the epoch would be ${PLAN.epoch + 1}, not ${PLAN.epoch}`);
  expect(why).toContain(`other values for ${first.id}`);
  expect(whyOther({ ...PLAN, steps: rest }, PLAN)).toMatch(/other steps or objectives$/);
});
