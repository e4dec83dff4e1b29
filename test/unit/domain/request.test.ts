import { describe, expect, test } from "@jest/globals";
import type { Debt } from "../../../src/domain/debt.ts";
import { NO_MEMORY } from "../../../src/domain/memory.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import { whyNotRequested } from "../../../src/domain/request.ts";
import { NO_SURVEY } from "../../../src/domain/survey.ts";
import { LOST } from "../../fakes/circumstances.ts";
import { PLAN } from "../../fakes/operation-story.ts";

const DEBT = { owed: "fence", uses: "scale", cluster: "blue", subject: "shop" } as const;
const OWED: Debt = { ...DEBT, operation: "op-0", since: 1 };
const FENCE = PLAN.steps.filter(({ id }) => id === "fence-shop");
const BACK: OperationPlan = { ...PLAN, kind: "any", from: "green", to: "blue", steps: FENCE };
const RUNBOOK = { kind: "any", ends: "keep", requires: ["debt"], steps: [] } as const;

/** While it is paused. */
function refusalsOf(plan: OperationPlan, debts: readonly Debt[]) {
  const now = { ...LOST, primary: "green", to: "blue", pausedBy: "bob: freeze" };
  const context = { now, survey: NO_SURVEY, memory: NO_MEMORY, debts };
  return whyNotRequested({ runbook: RUNBOOK, isBack: false }, plan, context);
}

describe("what pays a debt, while it is paused", () => {
  test("may be asked for: it is no move", () => {
    expect(refusalsOf(BACK, [OWED])).toEqual([]);
  });

  test("may not where nothing is owed of where it goes", () => {
    expect(refusalsOf(BACK, [{ ...OWED, cluster: "green" }])).toEqual([
      "paused by bob: freeze",
      expect.stringMatching(/^nothing is owed of blue/),
    ]);
  });

  test("may not where it would move something, too", () => {
    const move = PLAN.steps.filter(({ uses }) => uses === "lease");
    const plan = { ...BACK, steps: [...FENCE, ...move] };
    expect(refusalsOf(plan, [OWED])).toEqual(["paused by bob: freeze"]);
  });
});

test("nothing else is opened where a fence came late, before that is closed", () => {
  const late = { ...OWED, paidAt: 2 };
  const refusals = refusalsOf({ ...BACK, steps: [] }, [late]);
  expect(refusals).toContain("blue was fenced late by op-0: it must be closed first");
});
