import { expect, test } from "@jest/globals";
import { foldDebts } from "../../../src/domain/debt.ts";
import { isMissing } from "../../../src/domain/missing.ts";
import { type Report, reportOf } from "../../../src/domain/report.ts";
import {
  FENCING,
  type Fenced,
  store,
  tellLateFence,
  tellQuarantine,
} from "../../fakes/beside-story.ts";
import { JournalStory, ONCE } from "../../fakes/journal-story.ts";
import { AUTOMATIC } from "../../fakes/operation-story.ts";

const reportAll = ({ events }: JournalStory): Report => {
  const report = reportOf(events);
  if (!report) throw new Error("there is no operation");
  return report;
};
const besideOf = ({ dataIntegrity }: Report) =>
  isMissing(dataIntegrity) ? dataIntegrity : dataIntegrity[0]?.acknowledgedBeside;
const rpoOf = ({ criteria }: Report) => criteria.find(({ id }) => id === "rpo");

/** What a failover leaves, paid by a quarantine. */
const pay = (fenced: Fenced, debts = foldDebts([], tellLateFence().events)) =>
  reportAll(tellQuarantine(debts, fenced));

test("a fence that comes after the promotion leaves a window, and the writes in it are counted", () => {
  const report = reportAll(tellLateFence({ after: store("fenced", 107) }));
  expect(besideOf(report)).toEqual({
    writes: 7,
    held: 107,
    counted: { from: "2026-11-22T14:59:59.500Z", writes: 100, by: "its last good look" },
    position: 17,
    window: { from: "2026-11-22T15:00:00.832Z", until: "2026-11-22T15:01:04.100Z" },
    owedBy: null,
  });
  expect(report.debts).toMatchObject([
    {
      step: "fence-data",
      since: "2026-11-22T15:00:00.831Z",
      window: { from: "2026-11-22T15:00:00.250Z", until: "2026-11-22T15:01:04.100Z" },
    },
  ]);
  // 400 ms by the standby's heartbeat, and all the time in which the former primary took writes.
  expect(report.dataLoss).toMatchObject({ ms: 400 + 64_600, confidence: "estimated" });
  expect(rpoOf(report)).toMatchObject({ verdict: "fail" });
  expect(report.result).toBe("FAIL");
});

test("one that took nothing in that window lost nothing by it", () => {
  const report = reportAll(tellLateFence({ after: store("fenced", 100) }));
  expect(besideOf(report)).toMatchObject({ writes: 0, held: 100 });
  expect(report.dataLoss).toMatchObject({ ms: 400, confidence: "estimated" });
  expect(rpoOf(report)).toMatchObject({ verdict: "pass" });
});

test("one that was fenced before the promotion's intent has no window, however it got there", () => {
  const early = new JournalStory(FENCING)
    .open(530, AUTOMATIC)
    .fail("fence-data", [531, 600], { reason: "reset" })
    .reach("fence-data", [601, 700], { attempt: 2, after: store("fenced", 107) })
    .reach("promote-store", [701, 880]);
  const report = reportAll(early);
  expect(besideOf(report)).toEqual({ notApplicable: "it was fenced before another was promoted" });
  expect(report.debts).toEqual([]);
});

test("where it is not fenced the window is open, and the bound says so", () => {
  const report = reportAll(tellLateFence());
  const what =
    "fence-data failed, and its fence is owed: what it acknowledged beside the other is known when it is fenced";
  expect(besideOf(report)).toEqual({ notCaptured: what });
  expect(report.dataLoss.reasons.at(-1)).toContain(what);
  expect(report.debts).toMatchObject([{ step: "fence-data", window: { until: null } }]);
});

test.each<[string, Fenced, string]>([
  [
    "it followed another by then",
    { before: store("standby", 110), after: store("fenced", 110) },
    "it was standby already when it was to be fenced, so that its counter is not its own as a primary",
  ],
  [
    "somebody fenced it before",
    { before: store("fenced", 107), after: store("fenced", 107) },
    "it was fenced already when it was to be fenced, so that its counter is not its own as a primary",
  ],
  ["it does not count", { after: store("fenced") }, "the store does not say what it acknowledged"],
  ["it counts from anew", { after: store("fenced", 3) }, "its counter went back, from 100 to 3"],
])("nobody knows what was lost where %s", (_, fenced, notCaptured) => {
  for (const report of [reportAll(tellLateFence(fenced)), pay(fenced)]) {
    expect(besideOf(report)).toEqual({ notCaptured });
    expect(report.dataLoss).toMatchObject({ ms: null, confidence: "unknown" });
    expect(report.dataLoss.method).toContain(notCaptured);
  }
  const moved = reportAll(tellLateFence(fenced));
  expect([moved.result, rpoOf(moved)?.verdict]).toEqual(["INCONCLUSIVE", "inconclusive"]);
});

test("a counter that was not seen before the fault counts nothing", () => {
  const { stores: _, ...cause } = AUTOMATIC;
  const late = { after: store("fenced", 107) };
  const unseen = { notCaptured: "its counter was not seen before the fault" };
  expect(besideOf(reportAll(tellLateFence(late, cause as never)))).toEqual(unseen);
  const debts = foldDebts([], tellLateFence(undefined, cause as never).events);
  expect(besideOf(pay(late, debts))).toEqual(unseen);
});

test("a quarantine says how many writes were acknowledged beside, and since when", () => {
  const report = pay({ after: store("fenced", 107) });
  expect(besideOf(report)).toMatchObject({
    writes: 7,
    held: 107,
    counted: { writes: 100 },
    window: { from: "2026-11-22T15:00:00.250Z", until: "2026-11-22T15:00:01.000Z" },
    owedBy: "op-1",
  });
  expect(report.dataLoss).toMatchObject({ ms: 1500, confidence: "estimated" });
  expect(pay({ after: store("fenced", 100) }).dataLoss).toMatchObject({
    ms: 0,
    method: "0 writes were acknowledged beside the other store",
  });
});

test("what the move itself fenced, late, its own report counts, and no other one again", () => {
  const debts = foldDebts([], tellLateFence({ after: store("fenced", 107) }).events);
  expect(debts).toMatchObject([{ paidAt: expect.any(Number), operation: "op-1" }]);
  const again = pay({ before: store("fenced", 107), after: store("fenced", 107) }, debts);
  const elsewhere = { notApplicable: "it was fenced in op-1, whose report counts it" };
  expect(besideOf(again)).toEqual(elsewhere);
  // Where somebody let it write again since, that is counted here.
  expect(besideOf(pay({ after: store("fenced", 109) }, debts))).toMatchObject({ writes: 9 });
});

test("what the promoted store had as a standby was acknowledged before, and counts as such", () => {
  const shared = [{ store: "store", cluster: "blue", writes: 95, at: ONCE - 500 }];
  const late = { after: store("fenced", 107) };
  expect(besideOf(reportAll(tellLateFence(late, { ...AUTOMATIC, stores: shared })))).toMatchObject({
    writes: 7,
    counted: { writes: 100, by: "what the promoted store had" },
  });
});

test("without a debt it is a second primary since nobody knows when, or none at all", () => {
  const after = store("fenced", 107);
  expect(besideOf(pay({ after }, []))).toMatchObject({ notCaptured: expect.any(String) });
  expect(pay({ after }, []).dataLoss.ms).toBeNull();
  const standby = pay({ before: store("standby", 107), after }, []);
  expect(besideOf(standby)).toMatchObject({ notApplicable: expect.any(String) });
  expect(standby.dataLoss.ms).toBe(0);
});
