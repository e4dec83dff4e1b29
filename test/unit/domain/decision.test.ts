import { describe, expect, test } from "@jest/globals";
import { decide, isSameDecision, whyNotMove } from "../../../src/domain/decision.ts";
import { type DecisionContext, GUARDS, NEVER_MOVES } from "../../../src/domain/guard.ts";
import { VERDICTS, type VerdictKind } from "../../../src/domain/verdict-kind.ts";
import {
  application,
  base,
  LOST,
  loss,
  lossOf,
  REFUSED,
  under,
  verdictOf,
} from "../../fakes/circumstances.ts";

test("a loss that the policy moves on, with nothing against it, moves", () => {
  const decision = decide(LOST);
  expect(decision).toMatchObject({ action: "move", verdict: "site-loss", reasons: [] });
  expect(decision.facts).toMatchObject({ from: "blue", to: "green", losses: [loss] });
  expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  const again = decide({ ...LOST, lastMoveEndedAt: 7 });
  expect([decision, again].map(({ facts }) => facts["lastMoveEndedAt"])).toEqual([null, 7]);
});

test.each(REFUSED)("refused, and a human is called: %s", (_, more, code, text) => {
  const decision = decide({ ...LOST, ...more });
  expect(decision).toMatchObject({ action: "hold", verdict: "site-loss" });
  expect(decision.reasons).toEqual([{ code, text: expect.stringMatching(text) }]);
});

test.each<[string, Partial<DecisionContext>]>([
  ["the cooldown is over", { lastMoveEndedAt: 940_000 }],
  ["a human saw the last move", { lastMoveEndedAt: 990_000, acknowledgedAt: 990_000 }],
  ["what runs gives way", { runningOperation: "op-7", runningEnds: "restore" }],
  [
    "a primary that answers can be fenced",
    { primaryAnswers: true, ...under({ fencing: { unreachable: "refuse" } }) },
  ],
  [
    "few domains, accepted by name",
    { failureDomains: 1, ...under({ fewFailureDomainsAcceptedBy: "one machine" }) },
  ],
  [
    "one vantage is enough, accepted by name",
    under({ quorum: 1, quorumOfOneAcceptedBy: "one machine" }),
  ],
  ["no data, nothing to lose", { application: { ...application, data: [] }, losses: [] }],
  ["nothing lost, proven", lossOf({ ms: 0, confidence: "proven" })],
])("not refused: %s", (_, more) => {
  expect(whyNotMove({ ...LOST, ...more })).toEqual([]);
});

test("each store has its own bound", () => {
  const two = { ...application, data: ["store", "queue"] };
  const [reason] = whyNotMove({ ...LOST, application: two });
  expect(reason?.text).toMatch(/^queue: /);
  const losses = [loss, { ...loss, store: "queue", ms: 9999 }];
  expect(whyNotMove({ ...LOST, application: two, losses })[0]?.text).toMatch(/^queue: up to 9999/);
});

test("all reasons are told at once, in the guards' order", () => {
  const all = Object.assign({}, LOST, ...REFUSED.map(([, more]) => more), {
    ...under({ fencing: { unreachable: "refuse" } }),
    verdicts: verdictOf("ingress"),
  });
  const codes = whyNotMove(all).map(({ code }) => code);
  expect(codes).toEqual(GUARDS.map(({ name }) => name));
  expect(codes).toEqual([
    "paused",
    "verdict",
    "never-healthy",
    "cooldown",
    "stopped",
    "standby-not-ready",
    "loss-bound",
    "operation-running",
    "fencing",
    "failure-domains",
    "adoption",
  ]);
});

describe("verdicts", () => {
  test.each(VERDICTS)("%s moves only where the policy says so, and some never", (kind) => {
    const context = { ...LOST, verdicts: verdictOf(kind) };
    const { action, reasons } = decide({ ...context, ...under({ moveOn: [] }) });
    expect(action).toBe("stay");
    expect(reasons).toEqual([
      { code: "verdict", text: expect.stringContaining(`blue is ${kind}`) },
    ]);
    const eager = decide({ ...context, ...under({ moveOn: VERDICTS }) });
    expect(eager.action).toBe(NEVER_MOVES.includes(kind) ? "stay" : "move");
  });

  test("what users don't feel, or nobody knows, never moves anything", () => {
    expect([...NEVER_MOVES].sort()).toEqual([
      "api-only",
      "healthy",
      "inconclusive",
      "observer-isolated",
    ]);
  });

  test("why nothing happened is said, and nothing else that would not matter", () => {
    const context = { ...LOST, verdicts: verdictOf("inconclusive"), pausedBy: "bob" };
    const [reason, ...others] = decide(context).reasons;
    expect(reason?.text).toBe("blue is inconclusive (so it is): never a reason to move");
    expect(others).toEqual([]);
    expect(decide({ ...LOST, verdicts: verdictOf("healthy") }).reasons[0]?.text).toBe(
      "blue is healthy (so it is): no reason to move",
    );
    expect(decide({ ...LOST, verdicts: verdictOf("data") }).reasons[0]?.text).toBe(
      "blue is data (so it is): the policy leaves that to a human",
    );
  });

  test("only the primary's verdict counts, and without one nothing moves", () => {
    const green = { green: { ...base, cluster: "green", kind: "site-loss" as const } };
    const healthy = { ...verdictOf("healthy"), ...green };
    expect(decide({ ...LOST, verdicts: healthy }).action).toBe("stay");
    const none = decide({ ...LOST, verdicts: green });
    expect(none).toMatchObject({ action: "stay", verdict: "inconclusive" });
    expect(decide({ ...LOST, verdicts: {}, primary: "toString" }).action).toBe("stay");
  });

  test("a primary not yet known is waited for; a contested one calls a human, also when all is well", () => {
    const unknown = decide({ ...LOST, primary: undefined });
    expect(unknown).toMatchObject({ action: "stay", verdict: "inconclusive" });
    expect(unknown.reasons.map(({ code }) => code)).toEqual(["verdict", "adoption"]);
    const contested = { ...LOST, verdicts: verdictOf("healthy"), adoptionProblem: "both" };
    expect(decide(contested).action).toBe("hold");
    expect(decide(contested).reasons.map(({ code }) => code)).toEqual(["verdict", "adoption"]);
  });
});

describe("users go without, and nothing moves", () => {
  const since = (firstFailedAt: number | null, layer: "public" | "api" = "public") => {
    const fault = { probe: "front", answer: "refused", lastGoodAt: 1, firstFailedAt } as const;
    return { suspicion: { ...fault, cluster: "blue", vantage: "east", layer } };
  };
  const unserved = { ...base, layers: { ...base.layers, public: "failed" as const } };

  test.each<[string, Partial<DecisionContext>]>([
    ["nobody can tell why", { verdicts: verdictOf("inconclusive") }],
    ["it is left to a human", { verdicts: { blue: { ...unserved, kind: "data" } } }],
  ])("%s: a human is called, but not at once", (_, more) => {
    const at = (firstFailedAt: number | null) =>
      decide({ ...LOST, ...more, ...since(firstFailedAt) });
    expect(at(970_001).action).toBe("stay");
    const late = at(970_000);
    expect(late).toMatchObject({
      action: "hold",
      reasons: [{ code: "verdict" }, { code: "unserved" }],
    });
    expect(late.reasons[1]?.text).toMatch(/blue has failed at its public layer for more than 30 s/);
    expect(isSameDecision(at(970_001), late)).toBe(false);
    // When it began nobody knows, or not by the clock as it is now: that is no reason to wait.
    expect([at(null), at(4_600_000)]).toMatchObject([{ action: "hold" }, { action: "hold" }]);
  });

  test.each<VerdictKind>(["observer-isolated", "inconclusive"])(
    "%s, and nothing is known of the public path: a human is called, but not at once",
    (kind) => {
      const verdicts = {
        blue: { ...base, kind, layers: { ...base.layers, public: "unknown" as const } },
      };
      const blindFor = (blindForMs: number) =>
        decide({ ...LOST, suspicion: undefined, verdicts, blindForMs });
      expect(blindFor(29_999).action).toBe("stay");
      expect(blindFor(30_000)).toMatchObject({
        action: "hold",
        reasons: [{ code: "verdict" }, { code: "blind" }],
      });
      expect(blindFor(30_000).reasons[1]?.text).toMatch(/nobody can tell whether blue serves/);
    },
  );

  test("users are served: nobody is called, however long something else fails", () => {
    const verdicts = verdictOf("api-only");
    expect(decide({ ...LOST, verdicts, ...since(1, "api") }).action).toBe("stay");
  });
});

test("a decision is another one when its action, its verdict or a reason is, not when time passes", () => {
  const cooling = (now: number) => decide({ ...LOST, now, lastMoveEndedAt: 990_000 });
  expect(isSameDecision(cooling(1_000_000), cooling(1_010_000))).toBe(true);
  expect(isSameDecision(cooling(1_000_000), cooling(1_050_000))).toBe(false);
  const paused = decide({ ...LOST, pausedBy: "bob" });
  expect(isSameDecision(paused, cooling(1_000_000))).toBe(false);
  const stay = (kind: VerdictKind) => decide({ ...LOST, verdicts: verdictOf(kind) });
  expect(isSameDecision(stay("healthy"), stay("api-only"))).toBe(false);
  expect(isSameDecision({ ...paused, action: "stay" }, paused)).toBe(false);
});
