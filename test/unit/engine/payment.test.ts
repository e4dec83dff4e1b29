import { describe, expect, test } from "@jest/globals";
import type { OperationFact } from "../../../src/domain/event.ts";
import { owedSteps, Payments } from "../../../src/engine/payment.ts";
import { JournalStory } from "../../fakes/journal-story.ts";
import { MANUAL, PLAN, tellOwedFence } from "../../fakes/operation-story.ts";
import { createRig } from "../../fakes/rig.ts";
import { createSwitch } from "../../fakes/switch.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const AWAY = { reason: "GL_UNREACHABLE" };
const HELD = { type: "operation.held", number: 1, reason: "so" } as const;
const begun = () => new JournalStory(PLAN).open(500, MANUAL).fail("fence-shop", [531, 831], AWAY);
const promoting: OperationFact = {
  type: "step.intended",
  step: "promote-store",
  attempt: 1,
  before: { role: "standby" },
  deadline: 0,
};
const idsOf = (story: JournalStory) => owedSteps(story.plan, story.events).map(({ id }) => id);

describe("what may be tried again of what an operation went on without", () => {
  test("is nothing before the point of no return: it may yet be undone", () => {
    expect(idsOf(begun())).toEqual([]);
    expect(idsOf(begun().tell(840, HELD))).toEqual([]);
  });

  test("is all of it from that on, while it runs and while it is held", () => {
    expect(idsOf(begun().tell(840, promoting))).toEqual(["fence-shop"]);
    expect(idsOf(begun().tell(840, promoting).tell(900, HELD))).toEqual(["fence-shop"]);
  });

  test("is nothing that is being tried, is reached, or only failed without being owed", () => {
    const story = () => begun().tell(840, promoting);
    const again = { type: "step.intended", step: "fence-shop", attempt: 2, deadline: 0 } as const;
    expect(idsOf(story().tell(850, again))).toEqual([]);
    expect(idsOf(story().reach("fence-shop", [850, 860], { attempt: 2 }))).toEqual([]);
    const steps = PLAN.steps.map((step) => {
      const { owes, ...rest } = step;
      return owes === undefined ? step : rest;
    });
    const other = new JournalStory({ ...PLAN, steps }).open(500, MANUAL);
    expect(idsOf(other.fail("fence-shop", [531, 831], AWAY).tell(840, promoting))).toEqual([]);
  });

  test("is nothing once it has ended", () => {
    expect(idsOf(tellOwedFence())).toEqual([]);
  });
});

describe("a payment", () => {
  const setup = (answers: () => boolean) => {
    const clock = new VirtualClock();
    const { plan, events } = begun().tell(840, promoting);
    const payments = new Payments(clock, answers);
    const isDue = () => payments.due(plan, events).length > 0;
    const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
    return { clock, payments, isDue, sleep };
  };

  test("is due as soon as its target answers, and then less and less often", async () => {
    const { clock, payments, isDue, sleep } = setup(() => true);
    const at: number[] = [];
    await clock.run(async () => {
      for (let second = 0; second < 300; second += 1) {
        if (isDue()) at.push(second);
        if (isDue()) payments.note(["fence-shop"]);
        await sleep(1_000);
      }
    });
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  test("is due at once where its target was away meanwhile", () => {
    let answers = true;
    const { payments, isDue } = setup(() => answers);
    payments.note(["fence-shop"]);
    expect(isDue()).toBe(false);
    answers = false;
    expect(isDue()).toBe(false);
    answers = true;
    expect(isDue()).toBe(true);
  });
});

test("a held operation pays what it owes, by the next attempt, and stays held", async () => {
  const rules = { timeoutMs: 300, onFailure: "continue", owes: "fence" } as const;
  let isAway = true;
  const fence = createSwitch({
    apply: async () => {
      if (isAway) throw new Error("away");
      fence.on = true;
    },
  });
  const stuck = createSwitch({ apply: async () => undefined });
  const final = { timeoutMs: 1_000, onFailure: "hold", irreversible: true } as const;
  const rig = createRig([
    { ...rules, id: "fence", needs: [], retries: 0, action: fence },
    { ...final, id: "promote", needs: ["fence"], action: stuck },
  ]);
  expect(await rig.clock.run(() => rig.lead())).toBe("waiting");
  expect(await rig.clock.run(() => rig.lead())).toBe("waiting");
  expect(fence.on).toBe(false);
  rig.target.answers = true;
  const attempts = async () =>
    (await rig.journal.read("op")).filter(
      (event) => event.type === "step.failed" && event.step === "fence",
    ).length;
  // One that answers and can't be fenced is not tried without a pause.
  expect(await rig.clock.run(() => rig.lead(rig.clock.timeout(10_000)))).toBe("waiting");
  expect(await attempts()).toBe(2);
  isAway = false;
  await rig.clock.run(() => rig.clock.sleep(1_000, rig.stop.signal));
  expect(await rig.clock.run(() => rig.lead())).toBe("waiting");
  expect(fence.on).toBe(true);
  const events = await rig.journal.read("op");
  const tries = events.filter((event) => "step" in event && event.step === "fence");
  expect(tries.map((event) => [event.type, "attempt" in event && event.attempt])).toEqual([
    ["step.intended", 1],
    ["step.failed", 1],
    ["step.intended", 2],
    ["step.failed", 2],
    ["step.intended", 3],
    ["step.reached", 3],
  ]);
  expect(events.filter(({ type }) => type === "operation.held")).toHaveLength(1);
});
