import { describe, expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { canonical } from "../../../src/domain/canonical.ts";
import type { Json } from "../../../src/domain/json.ts";
import { planFor } from "../../../src/domain/planning.ts";
import type { Runbook, RunbookStep } from "../../../src/domain/runbook.ts";
import { createOperationsWorld, RUNBOOK } from "../../fakes/operations.ts";
import { createSwitch } from "../../fakes/switch.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";

const on = (step: RunbookStep, cluster: string): RunbookStep => ({ ...step, cluster });
const [A, B] = RUNBOOK.steps as [RunbookStep, RunbookStep];
/** The second one takes as long as a test wants. */
const REHEARSAL: Runbook = {
  kind: "rehearsal",
  ends: "restore",
  steps: [on(A, "green"), { ...A, id: "b", needs: ["a"], cluster: "blue" }],
};
const MOVE: Runbook = { ...RUNBOOK, steps: [on(A, "green"), on(B, "green")] };

type World = ReturnType<typeof createOperationsWorld>;
type Process = Awaited<ReturnType<World["start"]>>;

/** A rehearsal that has done its first step and is in its second. */
async function rehearsing(act: (process: Process, world: World) => Promise<void>) {
  const world = createOperationsWorld();
  const { clock, opening, sleep, deeds } = world;
  const { action } = deeds["b"] ?? {};
  if (action) {
    action.apply = ({ signal }) => untilAborted(signal);
    action.restoring = () => createSwitch();
  }
  await clock.run(async () => {
    const process = await world.start();
    await process.operations.open({ ...opening, runbook: REHEARSAL });
    await sleep(500);
    if (action)
      action.apply = async () => {
        action.on = true;
      };
    await act(process, world);
    await sleep(15_000);
    process.kill();
  });
  return world;
}

test("a rehearsal is closed as it is, and what it had found goes into the plan", async () => {
  const world = await rehearsing(async ({ operations, states }, { opening, sleep }) => {
    const plan = await operations.open({ ...opening, runbook: MOVE, preempts: true });
    expect(plan.steps).toMatchObject([{ id: "a", before: false }, { id: "b" }]);
    expect(plan.steps[1]).not.toHaveProperty("before");
    await sleep(1_000);
    expect(states().toSorted()).toEqual(["opened", "opened", "preempted", "succeeded"]);
  });
  expect(await world.endOf("op-1")).toMatchObject({ outcome: "preempted", reason: "op-2" });
  expect(await world.types("op-1")).not.toContain("undo.intended");
  const [, intent] = await world.journal.read("op-2");
  expect(intent).toMatchObject({ type: "step.intended", step: "a", before: false });
});

test("what a step under way still writes down is waited for, and taken over too", async () => {
  const world = createOperationsWorld();
  const { clock, opening, sleep, journal } = world;
  await clock.run(async () => {
    const process = await world.start();
    const append = journal.append.bind(journal);
    let isIntending = false;
    // On its way to a journal that takes its time, and can't be called back.
    journal.append = async (draft) => {
      if (draft.type === "step.intended" && draft.stream === "op-1" && draft.step === "a") {
        isIntending = true;
        await sleep(150);
      }
      return await append(draft);
    };
    await process.operations.open({ ...opening, runbook: REHEARSAL });
    for (let i = 0; !isIntending && i < 100; i += 1) await sleep(5);
    const plan = await process.operations.open({ ...opening, runbook: MOVE, preempts: true });
    expect(plan.steps[0]).toMatchObject({ id: "a", before: false });
    await sleep(15_000);
    process.kill();
  });
  expect(await world.endOf("op-1")).toMatchObject({ outcome: "preempted" });
});

test("what was rehearsed is taken back by the move, though it never came to that step", async () => {
  const world = await rehearsing(async ({ operations }, { opening, deeds, sleep }) => {
    const steps = [{ ...A, id: "b", cluster: "red" }, on({ ...A, needs: ["b"] }, "green")];
    const { action } = deeds["b"] ?? {};
    if (action) action.apply = () => Promise.reject(new Error("it can't"));
    const runbook = { ...MOVE, steps: steps.map((one) => ({ ...one, retries: 0 })) };
    await operations.open({ ...opening, runbook, preempts: true });
    expect(deeds["a"]?.action.on).toBe(true);
    await sleep(6_000);
  });
  expect(await world.endOf("op-2")).toMatchObject({ outcome: "undone" });
  expect(await world.types("op-2")).toContain("undo.reached");
});

test("what people agreed to is the plan without what it takes over", async () => {
  const world = await rehearsing(async ({ operations }, { opening }) => {
    const move = { ...opening, id: "op-2", runbook: MOVE };
    const agreed = planFor(MOVE, { ...move, epoch: 2 });
    const planHash = "plan" in agreed ? sha256(canonical(agreed.plan as unknown as Json)) : "";
    const plan = await operations.open({
      ...move,
      known: { epoch: 1, sequence: 0 },
      preempts: true,
      planHash,
    });
    expect(plan.steps).toMatchObject([{ id: "a", before: false }, { id: "b" }]);
  });
  const [opened] = await world.journal.read("op-2");
  const plan = opened?.type === "operation.opened" ? opened.plan : null;
  expect(opened).toMatchObject({ planHash: sha256(canonical(plan as unknown as Json)) });
  expect(await world.endOf("op-1")).toMatchObject({ outcome: "preempted" });
});

test("one that is not due any more once it is won is opened all the same: it takes back what is there", async () => {
  const world = await rehearsing(async ({ operations }, { opening }) => {
    let asked = 0;
    const isStillDue = () => {
      asked += 1;
      return asked < 2;
    };
    await operations.open({ ...opening, id: "op-2", runbook: MOVE, preempts: true, isStillDue });
  });
  expect(await world.journal.read("op-2")).not.toEqual([]);
});

test("one that is not due any more before anything is won leaves the rehearsal alone", async () => {
  const epochs: (number | undefined)[] = [];
  const world = await rehearsing(async ({ operations }, { opening, green }) => {
    const move = { ...opening, runbook: MOVE, preempts: true, isStillDue: () => false };
    await expect(operations.open(move)).rejects.toMatchObject({ code: "GL_CONFLICT" });
    epochs.push((await green.read("shop", new AbortController().signal))?.record.epoch);
  });
  expect(await world.types("op-1")).not.toContain("operation.held");
  expect(epochs).toEqual([1]);
});

describe("nothing else gives way:", () => {
  test("a rehearsal, to one that does not say that it matters more", async () => {
    const world = await rehearsing(async ({ operations }, { opening }) => {
      const refused = operations.open({ ...opening, runbook: MOVE });
      await expect(refused).rejects.toMatchObject({ code: "GL_LEASE_HELD" });
    });
    expect(await world.endOf("op-1")).toMatchObject({ outcome: "undone" });
  });

  test("what keeps what it did, to anything", async () => {
    const world = createOperationsWorld();
    const { clock, opening } = world;
    await clock.run(async () => {
      const { operations } = await world.start();
      await operations.open(opening);
      const refused = operations.open({ ...opening, preempts: true });
      await expect(refused).rejects.toMatchObject({ code: "GL_LEASE_HELD" });
    });
  });
});

test("killed between the two, the next process closes the rehearsal and goes on with the move", async () => {
  const world = await rehearsing(async ({ operations, kill }, world) => {
    const { opening, sleep, start, queue, journal } = world;
    const append = journal.append.bind(journal);
    journal.append = (draft) =>
      draft.type === "operation.ended" ? Promise.reject(new Error("away")) : append(draft);
    await operations.open({ ...opening, runbook: MOVE, preempts: true });
    kill();
    queue.empty();
    journal.append = append;
    const second = await start();
    await second.operations.resumeAll();
    await sleep(8_000);
    expect(second.states().toSorted()).toEqual(["preempted", "succeeded"]);
  });
  expect(await world.endOf("op-1")).toMatchObject({ outcome: "preempted", reason: "op-2" });
  expect(await world.endOf("op-2")).toMatchObject({ outcome: "succeeded" });
});
