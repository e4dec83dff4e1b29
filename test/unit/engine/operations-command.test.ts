import { describe, expect, test } from "@jest/globals";
import { createOperationsWorld, RUNBOOK } from "../../fakes/operations.ts";

type World = ReturnType<typeof createOperationsWorld>;
type Process = Awaited<ReturnType<World["start"]>>;

/** One that is in its first step for some seconds, or held at its second. */
async function during(
  what: "running" | "final" | "held" | "ended",
  act: (process: Process, world: World) => Promise<void>,
) {
  const world = createOperationsWorld();
  const { clock, opening, sleep, deeds } = world;
  const slow = deeds[what === "running" ? "a" : "b"]?.action;
  if (slow && what !== "ended")
    slow.apply = async ({ signal }) => {
      await clock.sleep(2_000, signal);
      slow.on = what !== "held";
    };
  await clock.run(async () => {
    const process = await world.start();
    await process.operations.open(opening);
    await sleep(what === "held" ? 8_000 : 1_000);
    await act(process, world);
    await sleep(15_000);
    process.kill();
  });
  return world;
}

describe.each(["abort", "recall"] as const)("%s", (command) => {
  test("has a running one taken back", async () => {
    const world = await during("running", ({ operations }) => operations[command]("op-1", "alice"));
    expect(await world.endOf()).toMatchObject({ outcome: "undone" });
    expect(await world.types()).toContain("operation.aborting");
  });

  test("is refused past the point of no return", async () => {
    const world = await during("final", async ({ operations }) => {
      const refused = operations[command]("op-1", "alice");
      await expect(refused).rejects.toMatchObject({ code: "GL_REFUSED" });
    });
    expect(await world.endOf()).toMatchObject({ outcome: "succeeded" });
    expect(await world.types()).not.toContain("operation.aborting");
  });

  test("comes too late for one that ended", async () => {
    await during("ended", async ({ operations }) => {
      const late = operations[command]("op-1", "alice");
      await expect(late).rejects.toMatchObject({ code: "GL_CONFLICT" });
    });
  });

  test("of what there is not is an error", async () => {
    await during("ended", async ({ operations }) => {
      const unknown = operations[command]("op-x", "alice");
      await expect(unknown).rejects.toMatchObject({ code: "GL_UNKNOWN" });
    });
  });
});

test("a human's abort ends a held one as it is, and its application is free again", async () => {
  const world = await during("held", async ({ operations, states }, { sleep, opening }) => {
    expect(states()).toEqual(["opened", "held"]);
    await operations.abort("op-1", "alice");
    await sleep(100);
    expect(states()).toEqual(["opened", "held", "closed"]);
    await operations.open(opening);
  });
  expect(await world.endOf()).toMatchObject({ outcome: "held", reason: "ended as it is by alice" });
  expect((await world.types("op-2")).length).toBeGreaterThan(0);
});

test("nobody recalls a held one", async () => {
  const world = await during("held", async ({ operations }) => {
    const refused = operations.recall("op-1", "decision");
    await expect(refused).rejects.toMatchObject({ code: "GL_REFUSED" });
  });
  expect(await world.endOf()).toBeUndefined();
});

test("nobody recalls one that is held before its point of no return either", async () => {
  const world = createOperationsWorld();
  const { clock, opening, sleep, deeds } = world;
  if (deeds["a"]) deeds["a"].action.apply = async () => undefined;
  const steps = RUNBOOK.steps.map((step) => ({ ...step, onFailure: "hold" }));
  await clock.run(async () => {
    const { operations, states } = await world.start();
    await operations.open({ ...opening, runbook: { ...RUNBOOK, steps } });
    await sleep(8_000);
    expect(states()).toEqual(["opened", "held"]);
    const refused = operations.recall("op-1", "decision");
    await expect(refused).rejects.toMatchObject({ code: "GL_REFUSED" });
  });
  expect(await world.types()).not.toContain("operation.aborting");
});

test("nobody recalls one that a human had go on", async () => {
  await during("held", async ({ operations }) => {
    await operations.resume("op-1", "bob");
    const refused = operations.recall("op-1", "decision");
    await expect(refused).rejects.toThrow("a human's since");
  });
});

describe("resume", () => {
  test("has a held one go on", async () => {
    const world = await during("held", async ({ operations }) => {
      await operations.resume("op-1", "bob");
    });
    expect(await world.types()).toContain("operation.resumed");
    const intents = (await world.journal.read("op-1")).filter(
      (event) => event.type === "step.intended" && event.step === "b",
    );
    expect(intents).toHaveLength(2);
  });

  test.each(["running", "ended"] as const)("is refused for one that is %s", async (what) => {
    await during(what, async ({ operations }) => {
      const refused = operations.resume("op-1", "bob");
      await expect(refused).rejects.toMatchObject({ code: "GL_CONFLICT" });
    });
  });

  test("answers one hold once", async () => {
    await during("held", async ({ operations }) => {
      const both = [operations.resume("op-1", "bob"), operations.resume("op-1", "eve")];
      const results = await Promise.allSettled(both);
      expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    });
  });
});
