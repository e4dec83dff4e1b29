import { describe, expect, test } from "@jest/globals";
import type { Job } from "../../../src/domain/job.ts";
import { createRig } from "../../fakes/rig.ts";
import { createSwitch } from "../../fakes/switch.ts";

const rules = { needs: [], timeoutMs: 10_000, onFailure: "undo" } as const;
const JOB: Job = { operation: "op", step: "a", leg: "step", attempt: 1, epoch: 1 };
const intended = { type: "step.intended", step: "a", attempt: 1, before: false, deadline: 0 };
const reached = { type: "step.reached", step: "a", attempt: 1 };
const failed = { type: "step.failed", step: "a", attempt: 1, reason: "no" };

async function setup() {
  let applied = 0;
  const action = createSwitch({ restoring: () => createSwitch() });
  const apply = action.apply.bind(action);
  action.apply = async (authority) => {
    applied += 1;
    await apply(authority);
  };
  const rig = createRig([
    { ...rules, id: "a", action },
    { ...rules, id: "b", needs: ["a"], action: createSwitch() },
  ]);
  await rig.open();
  return { ...rig, action, applied: () => applied };
}

test("a job that is due is run, at its own number", async () => {
  const { attempt, clock, journal, applied } = await setup();
  await clock.run(() => attempt({ ...JOB, attempt: 4 }));
  expect(applied()).toBe(1);
  expect((await journal.read("op")).slice(1)).toMatchObject([
    { type: "step.intended", attempt: 4 },
    { type: "step.reached", attempt: 4 },
  ]);
});

describe("dropped without a trace is a job", () => {
  test.each<readonly [string, readonly object[], Partial<Job>]>([
    ["whose attempt has a result", [intended, reached], {}],
    ["whose attempt failed", [intended, failed], {}],
    ["of an attempt that was begun", [intended], {}],
    ["of an attempt before the latest", [{ ...intended, attempt: 2 }], {}],
    ["of another epoch", [], { epoch: 2 }],
    ["of a step that the plan does not have", [], { step: "x" }],
    ["of a step that waits for another", [], { step: "b" }],
    ["to take back what is not to be taken back", [intended, reached], { leg: "undo" }],
    [
      "of a step that was reached, though it is a later attempt",
      [intended, reached],
      { attempt: 2 },
    ],
    ["of an operation that was aborted", [{ type: "operation.aborting", by: "alice" }], {}],
    ["of an operation that is held", [{ type: "operation.held", number: 1, reason: "x" }], {}],
    ["of an operation that ended", [{ type: "operation.ended", outcome: "aborted" }], {}],
  ])("%s", async (_, facts, more) => {
    const { attempt, clock, record, types, applied } = await setup();
    for (const fact of facts) await record(fact as Parameters<typeof record>[0]);
    await clock.run(() => attempt({ ...JOB, ...more }));
    expect(applied()).toBe(0);
    expect(await types()).toHaveLength(1 + facts.length);
  });
});

test("the next attempt of one without a result runs, also while it is stopped", async () => {
  const { attempt, clock, record, journal } = await setup();
  await record(intended as Parameters<typeof record>[0]);
  await record({ type: "operation.aborting", by: "alice" });
  await clock.run(() => attempt({ ...JOB, attempt: 2 }));
  expect((await journal.read("op")).at(-1)).toMatchObject({ type: "step.reached", attempt: 2 });
});

test("only the latest intent is taken back first", async () => {
  const { attempt, clock, record, stepsOf } = await setup();
  for (const step of ["a", "b"])
    await record({ type: "step.intended", step, attempt: 1, before: false, deadline: 0 });
  for (const step of ["a", "b"])
    await record({ type: "step.failed", step, attempt: 1, reason: "" });
  await clock.run(() => attempt({ ...JOB, leg: "undo" }));
  expect(await stepsOf("undo.intended")).toEqual([]);
  await clock.run(() => attempt({ ...JOB, step: "b", leg: "undo" }));
  expect(await stepsOf("undo.intended")).toEqual(["b"]);
});

test("an attempt that another process claimed is left to it", async () => {
  const { attempt, clock, action, journal, record, applied } = await setup();
  action.observe = async () => {
    await record(intended as Parameters<typeof record>[0]);
    return false;
  };
  await clock.run(() => attempt(JOB));
  expect(applied()).toBe(0);
  expect(await journal.read("op")).toHaveLength(2);
});

test("what can't be bound here is a failure with the reason, and nothing was done", async () => {
  const { attempt, clock, journal, tools } = await setup();
  tools.binder = () => {
    throw new Error("there is no such driver");
  };
  await clock.run(() => attempt(JOB));
  expect((await journal.read("op")).slice(1)).toMatchObject([
    { type: "step.failed", attempt: 1, reason: "there is no such driver" },
  ]);
});
