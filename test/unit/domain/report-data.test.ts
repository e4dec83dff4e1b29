import { expect, test } from "@jest/globals";
import { foldDebts } from "../../../src/domain/debt.ts";
import type { PlannedStep } from "../../../src/domain/plan.ts";
import { reportOf } from "../../../src/domain/report.ts";
import { reportStores } from "../../../src/domain/report-data.ts";
import type { StepRecord } from "../../../src/domain/step-record.ts";
import { ONCE } from "../../fakes/journal-story.ts";
import { tellOwedFence } from "../../fakes/operation-story.ts";

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
  const times = { startedAt: ONCE, endedAt: ONCE + 5, endedAfter: 1 };
  return { planned: whole, state: "reached", attempts: 1, ...times, ...record };
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
    acknowledgedBeside: { notApplicable: "it was fenced before another was promoted" },
  });
  expect(only([step({ uses: "scale" })])).toEqual({
    notApplicable: "no step of the plan is about a store",
  });
});

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

test("the window of a quarantine begins where that of the failover does", () => {
  const { events } = tellOwedFence();
  const debts = foldDebts([], events);
  const fence = { uses: "scale", subject: "shop" };
  expect(debts).toMatchObject([fence]);
  const owed = debts.map((debt) => ({ ...debt, uses: "data", subject: "store" }));
  const found = only([step({}, { after: { role: "fenced", writes: 1 } })], { debts: owed });
  const { from } = reportOf(events)?.debts[0]?.window ?? {};
  expect(from).toBe("2026-11-22T15:00:00.250Z");
  expect(found).toMatchObject({ acknowledgedBeside: { window: { from }, owedBy: "op-1" } });
});

test("the position that both sides passed is the consistency marker", () => {
  const marker = { from: { position: 3 }, to: { position: 3 } };
  const gate = { uses: "gate/caught-up" };
  expect(only([step(gate, { after: marker })])).toMatchObject({ consistencyMarker: marker });
  expect(only([step(gate, { state: "failed" })])).toMatchObject({
    consistencyMarker: { notCaptured: "both sides were not seen at one position" },
  });
});
