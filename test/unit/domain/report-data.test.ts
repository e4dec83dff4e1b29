import { expect, test } from "@jest/globals";
import { besidesOf } from "../../../src/domain/beside.ts";
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
  const ends = [{ at: ONCE + 5, after: 2 }];
  const times = { startedAt: ONCE, startedAfter: 1, endedAt: ONCE + 5, endedAfter: 2, ends };
  return { planned: whole, state: "reached", attempts: 1, ...times, ...record };
}

const only = (steps: readonly StepRecord[], cause = {}) => {
  const stores = reportStores(steps, { dataLoss, besides: besidesOf({ steps, cause }) });
  return Array.isArray(stores) ? stores[0] : stores;
};

test("where the fence is owed, what was acknowledged beside is not captured", () => {
  const promoted = step({ desired: { role: "primary" }, cluster: "green" });
  const failed = step({ id: "fence-data", owes: "fence" }, { state: "failed" });
  const notCaptured =
    "fence-data failed, and its fence is owed: what it acknowledged beside the other is known when it is fenced";
  expect(only([failed, promoted])).toMatchObject({ acknowledgedBeside: { notCaptured } });
  const idle = { ...promoted, state: "not started" } as const;
  expect(only([failed, idle])).toMatchObject({
    acknowledgedBeside: { notApplicable: "no other store was promoted" },
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
