import { describe, expect, test } from "@jest/globals";
import { foldDebts, isSameTarget, movedPrimary } from "../../../src/domain/debt.ts";
import type { JournalEvent, OperationFact } from "../../../src/domain/event.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import { JournalStory, ONCE } from "../../fakes/journal-story.ts";
import {
  MANUAL,
  PLAN,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../fakes/operation-story.ts";

const OWED = { owed: "fence", uses: "scale", cluster: "blue", subject: "shop", operation: "op-1" };

const QUARANTINE: OperationPlan = {
  ...PLAN,
  id: "op-2",
  kind: "quarantine",
  epoch: 6,
  from: "green",
  to: "blue",
  steps: PLAN.steps.filter(({ id }) => id === "fence-shop"),
};

function quarantined(...facts: readonly OperationFact[]): readonly JournalEvent[] {
  const story = new JournalStory(QUARANTINE).open(2_000, MANUAL);
  for (const [i, fact] of facts.entries()) story.tell(2_010 + i, fact);
  return story.events;
}

const attempt = { step: "fence-shop", attempt: 1 } as const;
const INTENDED = { type: "step.intended", ...attempt, before: 3, deadline: 0 } as const;
const REACHED = { type: "step.reached", ...attempt, after: 0 } as const;
const FAILED = { type: "step.failed", ...attempt, reason: "away again" } as const;
const ENDED = { type: "operation.ended", outcome: "succeeded" } as const;

describe("what an operation went on without", () => {
  test("is owed once it has ended, by name and with its operation", () => {
    const { events } = tellOwedFence();
    expect(foldDebts([], events)).toMatchObject([OWED]);
    expect(foldDebts([], events.slice(0, -1))).toEqual([]);
  });

  test("is not owed where all was done, or all was taken back", () => {
    expect(foldDebts([], tellSuccess().events)).toEqual([]);
    expect(foldDebts([], tellUndone().events)).toEqual([]);
  });

  test("is paid by a later step about the same that was reached, whatever it is called", () => {
    const debts = foldDebts([], tellOwedFence().events);
    expect(foldDebts(debts, quarantined(INTENDED, REACHED, ENDED))).toEqual([]);
  });

  test("stays owed where that failed too, by the later one as well", () => {
    const debts = foldDebts([], tellOwedFence().events);
    const left = foldDebts(debts, quarantined(INTENDED, FAILED, ENDED));
    expect(left.map(({ operation }) => operation)).toEqual(["op-1", "op-2"]);
  });

  test("stays owed where it was reached and taken back", () => {
    const debts = foldDebts([], tellOwedFence().events);
    const undo = { type: "undo.intended", ...attempt } as const;
    const undone = { type: "operation.ended", outcome: "undone" } as const;
    expect(foldDebts(debts, quarantined(INTENDED, REACHED, undo, undone))).toEqual(debts);
  });
});

test("a later move to a cluster voids what was owed of that one, and of no other", () => {
  const owed = { ...OWED, uses: "data", since: 1 };
  const [blue, green] = [owed, { ...owed, cluster: "green" }];
  expect(foldDebts([blue, green], tellSuccess().events)).toEqual([blue]);
  expect(foldDebts([blue, green], tellUndone().events)).toEqual([blue, green]);
});

test("the primary has moved where its step was reached", () => {
  expect(movedPrimary(tellSuccess().events)).toBe(true);
  expect(movedPrimary(tellUndone().events)).toBe(false);
  expect(movedPrimary([])).toBe(false);
});

test("two steps are about the same where driver, cluster and subject are", () => {
  const one = { uses: "scale", cluster: "blue", subject: "shop" };
  expect(isSameTarget(one, { ...one })).toBe(true);
  for (const other of [{ uses: "data" }, { cluster: "green" }, { subject: "till" }])
    expect(isSameTarget(one, { ...one, ...other })).toBe(false);
});

describe("a fence that was paid by its own operation", () => {
  const fenced = (from: number, reachedAt: number) =>
    new JournalStory(PLAN)
      .open(530, MANUAL)
      .fail("fence-shop", [531, 631], { reason: "away" })
      .reach("fence-shop", [from, reachedAt], { attempt: 2, after: { replicas: 0 } })
      .reach("promote-store", [832, 880], { before: { role: "standby" } })
      .reach("primary", [881, 890], { before: { primary: "blue" } })
      .tell(2_000, { type: "operation.ended", outcome: "succeeded" });

  test("after another was promoted still asks for the rest of a quarantine", () => {
    const debts = foldDebts([], fenced(1_500, 1_550).events);
    expect(debts).toMatchObject([{ ...OWED, paidAt: ONCE + 1_550 }]);
    expect(foldDebts(debts, quarantined(INTENDED, REACHED, ENDED))).toEqual([]);
  });

  test("before that is owed no more", () => {
    expect(foldDebts([], fenced(700, 750).events)).toEqual([]);
  });
});
