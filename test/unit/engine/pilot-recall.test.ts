import { expect, test } from "@jest/globals";
import type { DecisionContext } from "../../../src/domain/guard.ts";
import type { OperationPlan } from "../../../src/domain/plan.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { Bell } from "../../../src/engine/bell.ts";
import { Pilot, type PilotTools } from "../../../src/engine/pilot.ts";
import { application, LOST } from "../../fakes/circumstances.ts";
import { PLAN } from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

/** By whom, and how often, the running operation is called back in these circumstances. */
async function recallsIn(
  context: Partial<DecisionContext>,
  {
    running = PLAN,
    decided = PLAN.id,
    leads = true,
  }: { running?: OperationPlan; decided?: string; leads?: boolean } = {},
): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const life = new AbortController();
  const recalls: string[] = [];
  const parts = {
    surveyor: {
      survey: { at: 1, leases: {}, workloads: {}, stores: {} },
      primacy: { unread: true },
      refreshIfOlder: () => undefined,
      refresh: async () => undefined,
      isPendingSince: () => false,
      keepLooks: () => undefined,
    },
    recollection: {
      refreshIfOlder: () => undefined,
      memory: { replicas: {}, suspicions: {}, verdicts: {}, adopted: {} },
      note: () => undefined,
    },
    operations: {
      leads: () => leads,
      recall: async (id: string, by: string) => void recalls.push(`${id} by ${by}`),
    },
    logbook: { running, decided },
    errands: { run: () => undefined },
  };
  const tools = { clock, signal: life.signal, bell: new Bell(), runbook: { kind: PLAN.kind } };
  const pilot = new Pilot(application, { ...tools, ...parts } as unknown as PilotTools);
  pilot.context = () => ({ ...LOST, ...context });
  await clock.run(async () => {
    const flying = pilot.run();
    await clock.sleep(2_000, new AbortController().signal);
    life.abort(new Error("over"));
    await flying;
  });
  return recalls;
}

const verdictOn = (cluster: string, kind: Verdict["kind"]) => ({
  [cluster]: { ...(LOST.verdicts["blue"] as Verdict), cluster, kind },
});
const WELL = { verdicts: verdictOn("blue", "healthy") };

test("the primary that it leaves is well again: it is called back, once", async () => {
  expect(await recallsIn(WELL)).toEqual(["op-1 by decision: blue is healthy again"]);
});

test("who does not lead it leaves that to who does", async () => {
  expect(await recallsIn(WELL, { leads: false })).toEqual([]);
});

test("it is not, while that one is lost, or where a human asked for it", async () => {
  expect(await recallsIn({})).toEqual([]);
  expect(await recallsIn(WELL, { decided: "op-0" })).toEqual([]);
});

test("that the one that it goes to is well, and primary by now, calls nothing back", async () => {
  const verdicts = { ...verdictOn("blue", "site-loss"), ...verdictOn("green", "healthy") };
  expect(await recallsIn({ primary: "green", to: "blue", verdicts })).toEqual([]);
});
