import { expect, test } from "@jest/globals";
import type { PlannedStep } from "../../../src/domain/plan.ts";
import { reportStores } from "../../../src/domain/report-data.ts";
import type { StepRecord } from "../../../src/domain/step-record.ts";
import { ONCE } from "../../fakes/journal-story.ts";

const dataLoss = { ms: 0, confidence: "proven", method: "m", reasons: [], stores: [] } as const;

function step(planned: Partial<PlannedStep>, record: Partial<StepRecord> = {}): StepRecord {
  const whole: PlannedStep = {
    id: planned.uses ?? "",
    uses: "data",
    subject: "store",
    cluster: "blue",
    needs: [],
    desired: { role: "fenced" },
    timeoutMs: 1,
    onFailure: "continue",
    sources: {},
    ...planned,
  };
  const reached = { state: "reached", attempts: 1, startedAt: ONCE, endedAt: ONCE + 5 } as const;
  return { planned: whole, ...reached, ...record };
}

const only = (steps: readonly StepRecord[], cause = {}) => {
  const stores = reportStores(steps, { dataLoss, cause });
  return Array.isArray(stores) ? stores[0] : stores;
};

test("what a former primary held when it was fenced at last, and since when that was owed", () => {
  const after = { role: "fenced", position: 17, writes: 5, engine: "e" };
  const debts = [{ uses: "data", subject: "store", since: ONCE - 1000, operation: "op-0" }];
  expect(
    only([step({}, { before: { role: "primary", position: 17, writes: 5 }, after })], { debts }),
  ).toMatchObject({
    engine: "e",
    acknowledgedBeside: {
      writes: 5,
      position: 17,
      window: { from: "2026-11-22T14:59:59.000Z", until: "2026-11-22T15:00:00.005Z" },
      owedBy: "op-0",
    },
  });
});

test("what is not known of it is named", () => {
  const beside = (record: Partial<StepRecord>) => only([step({}, record)]);
  expect(beside({ before: { role: "primary" } })).toMatchObject({
    acknowledgedBeside: { notCaptured: "the store does not say what it acknowledged" },
  });
  expect(beside({ state: "failed" })).toMatchObject({
    acknowledgedBeside: { notCaptured: "the former primary's store could not be asked" },
  });
  const promoted = step({ desired: { role: "primary" }, cluster: "green" });
  expect(only([step({}, { after: { writes: 1 } }), promoted])).toMatchObject({
    acknowledgedBeside: { notApplicable: "the plan fences it before it promotes another" },
  });
  expect(only([step({ uses: "scale" })])).toEqual({
    notApplicable: "no step of the plan is about a store",
  });
});

test("the position that both sides passed is the consistency marker", () => {
  const marker = { from: { position: 3 }, to: { position: 3 } };
  const gate = { uses: "gate/caught-up" };
  expect(only([step(gate, { after: marker })])).toMatchObject({ consistencyMarker: marker });
  expect(only([step(gate, { state: "failed" })])).toMatchObject({
    consistencyMarker: { notCaptured: "both sides were not seen at one position" },
  });
});
