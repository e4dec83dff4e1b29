import { expect, test } from "@jest/globals";
import type { Json } from "../../../src/domain/json.ts";
import { dataLossOf } from "../../../src/domain/loss.ts";
import type { PlannedStep } from "../../../src/domain/plan.ts";
import type { StepRecord } from "../../../src/domain/step-record.ts";

const LOSS = { store: "store", ms: 0, confidence: "proven", method: "m" } as const;
const PROMOTE: PlannedStep = {
  id: "promote",
  uses: "data",
  needs: [],
  desired: { role: "primary" },
  timeoutMs: 1,
  onFailure: "hold",
  sources: {},
};
const PROMOTION: StepRecord = {
  planned: PROMOTE,
  state: "reached",
  attempts: 1,
  startedAt: 1,
  endedAt: 2,
  endedAfter: 1,
  startedAfter: 0,
  ends: [],
};

test.each<[string, readonly (number | null)[], number | null]>([
  ["the larger one", [3, 9], 9],
  ["wherever it stands", [9, 3], 9],
  ["an unknown one, whatever the others", [null, 9], null],
  ["wherever it stands", [9, null], null],
])("of several bounds %s counts: %p", (_, bounds, ms) => {
  const stores = bounds.map((bound, i) => ({ ...LOSS, store: `${i}`, ms: bound }));
  const steps = stores.map(({ store }) => ({
    ...PROMOTION,
    planned: { ...PROMOTE, subject: store },
  }));
  expect(dataLossOf(steps, { decided: stores, besides: [], isOver: true }).ms).toBe(ms);
});

test("a store that is fenced or followed is not one that is promoted", () => {
  const steps = ["fenced", "standby"].map((role) => ({
    ...PROMOTION,
    planned: { ...PROMOTE, desired: { role } },
  }));
  const found = dataLossOf(steps, { decided: [], besides: [], isOver: true });
  expect(found.method).toBe("no step of the plan promotes a store");
});

test("what both sides passed at one position is lost by nobody", () => {
  const gate = { ...PROMOTE, id: "caught-up", uses: "gate/caught-up", subject: "store" };
  const steps = [
    { ...PROMOTION, planned: gate },
    { ...PROMOTION, planned: { ...PROMOTE, subject: "store" } },
  ];
  const of = (state: StepRecord["state"]) =>
    dataLossOf(
      steps.map((step, i) => (i === 0 ? { ...step, state } : step)),
      { decided: [], besides: [], isOver: true },
    );
  expect(of("reached")).toMatchObject({ ms: 0, confidence: "proven" });
  expect(of("failed")).toMatchObject({ ms: null, confidence: "unknown" });
});

test("a rehearsal would lose what its gate saw", () => {
  const gate = { ...PROMOTE, id: "ready", uses: "gate/data-ready", subject: "store" };
  const seen = { store: "store", cluster: "green", role: "standby", linkUp: true, lagMs: 40 };
  const of = (after: Json) =>
    dataLossOf([{ ...PROMOTION, planned: gate, after }], {
      decided: [],
      besides: [],
      isOver: true,
    });
  expect(of({ ...seen, confidence: "proven" })).toMatchObject({ ms: 40, confidence: "estimated" });
  expect(of({ ...seen, confidence: "unknown" })).toMatchObject({ confidence: "unknown" });
  expect(of({ ...seen, lagMs: null, confidence: "estimated" })).toMatchObject({ ms: null });
});
