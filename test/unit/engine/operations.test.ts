import { describe, expect, test } from "@jest/globals";
import { canonical } from "../../../src/domain/canonical.ts";
import type { Json } from "../../../src/domain/json.ts";
import { planFor } from "../../../src/domain/planning.ts";
import type { LeaseRecord } from "../../../src/engine/ports/lease.ts";
import { answer, hang } from "../../fakes/clusters.ts";
import { sha256 } from "../../fakes/journal-story.ts";
import { createOperationsWorld, RUNBOOK } from "../../fakes/operations.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";

describe("an opening", () => {
  test("is journalled whole, led to its end, and told of; then nobody holds the Lease", async () => {
    const world = createOperationsWorld();
    const { clock, opening, journal, green, sleep } = world;
    await clock.run(async () => {
      const { operations, states } = await world.start();
      const plan = await operations.open(opening);
      expect(plan).toMatchObject({ id: "op-1", epoch: 1, from: "blue", to: "green" });
      expect((await journal.read("op-1"))[0]).toMatchObject({
        type: "operation.opened",
        by: "alice",
        reason: "because",
        epoch: 1,
        plan,
        planHash: sha256(canonical(plan)),
      });
      await sleep(2_000);
      expect(states()).toEqual(["opened", "succeeded"]);
    });
    expect(green.look("shop")).toMatchObject({ epoch: 1 });
    expect(green.look("shop")).not.toHaveProperty("operation");
  });

  test("that no plan can be made of costs no epoch", async () => {
    const world = createOperationsWorld();
    const steps = RUNBOOK.steps.map((step) => ({ ...step, desired: "${what}" }));
    const opening = { ...world.opening, runbook: { ...RUNBOOK, steps } };
    const opened = world.clock.run(async () => (await world.start()).operations.open(opening));
    await expect(opened).rejects.toMatchObject({ code: "GL_PLAN_UNSAFE" });
    expect(world.green.look("shop")).toMatchObject({ epoch: 0 });
  });

  test("that is no longer what people agreed to is not opened, once the epoch is known", async () => {
    const world = createOperationsWorld();
    const { clock, opening, journal, green } = world;
    // Won above what its plan was shown with.
    const seen = await clock.run(() => green.read("shop", new AbortController().signal));
    const ahead = { epoch: 7, sequence: 0, primary: "blue", durationMs: 5_000 };
    green.write("shop", { seen, next: ahead });
    const agreed = planFor(RUNBOOK, { ...opening, id: "op-1", epoch: 1 });
    const planHash = "plan" in agreed ? sha256(canonical(agreed.plan as unknown as Json)) : "";
    const opened = clock.run(async () =>
      (await world.start()).operations.open({ ...opening, planHash }),
    );
    await expect(opened).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringContaining("no longer the plan that was agreed to"),
    });
    expect(await journal.read("op-1")).toEqual([]);
    expect(green.look("shop")).toMatchObject({ epoch: 8 });
    expect(green.look("shop")).not.toHaveProperty("operation");
  });

  test("that the journal does not take gives the Lease back", async () => {
    const world = createOperationsWorld();
    world.journal.append = () => Promise.reject(new Error("disk full"));
    const opened = world.clock.run(async () =>
      (await world.start()).operations.open(world.opening),
    );
    await expect(opened).rejects.toThrow("disk full");
    expect(world.green.look("shop")).not.toHaveProperty("operation");
  });

  test("waits for another that is being opened, and is refused while one is open", async () => {
    const world = createOperationsWorld();
    const { clock, opening, sleep } = world;
    const [one, two] = await clock.run(async () => {
      const { operations } = await world.start();
      const both = [operations.open(opening), operations.open(opening)];
      const results = await Promise.allSettled(both);
      await sleep(2_000);
      await operations.open(opening);
      await sleep(2_000);
      return results;
    });
    expect(one).toMatchObject({ status: "fulfilled" });
    expect(two).toMatchObject({ status: "rejected", reason: { code: "GL_LEASE_HELD" } });
    expect(await world.endOf()).toMatchObject({ outcome: "succeeded" });
  });
});

describe("two that open at once", () => {
  test.each([0, 5, 10, 15, 20, 30])(
    "and one dies: the other, %i ms later, waited for its Lease, and lets its operation go on",
    async (ms) => {
      const world = createOperationsWorld();
      const { clock, opening, sleep, queue, journal, green } = world;
      await clock.run(async () => {
        const one = await world.start("one");
        const append = journal.append.bind(journal);
        // The journal takes its time, and its writer dies of nothing but what comes later.
        journal.append = async (draft) => {
          await sleep(12);
          return await append(draft);
        };
        one.operations.open(opening).catch(() => undefined);
        await sleep(ms);
        const two = await world.start("two");
        const opened = two.operations.open(opening).catch((error: unknown) => error);
        await sleep(60 - ms);
        one.kill();
        queue.empty();
        await opened;
        await two.operations.resumeAll();
        await sleep(20_000);
      });
      expect(await journal.openOperations()).toEqual([]);
      const operations = await journal.operations({ limit: 9 });
      expect(operations).toHaveLength(1);
      expect(await world.endOf(operations[0]?.id)).toMatchObject({ outcome: "succeeded" });
      expect(green.look("shop")).toMatchObject({ epoch: 1 });
    },
  );
});

describe("a process that starts", () => {
  test.each([5, 20, 30, 60])("goes on where one was killed after %i ms", async (ms) => {
    const world = createOperationsWorld();
    const { clock, opening, sleep, queue } = world;
    await clock.run(async () => {
      const first = await world.start();
      first.operations.open(opening).catch(() => undefined);
      await sleep(ms);
      first.kill();
      queue.empty();
      const second = await world.start();
      await second.operations.resumeAll();
      await second.operations.resumeAll();
      await sleep(10_000);
    });
    const types = await world.types();
    if (types.length > 0) expect(types.at(-1)).toBe("operation.ended");
  });

  test("has no more news of a held one than that it is held, and needs no Lease for it", async () => {
    const world = createOperationsWorld();
    const { clock, opening, sleep, deeds, green } = world;
    if (deeds["b"]) deeds["b"].action.apply = async () => undefined;
    await clock.run(async () => {
      const first = await world.start();
      await first.operations.open(opening);
      await sleep(10_000);
      expect(first.states()).toEqual(["opened", "held"]);
      expect(green.look("shop")).not.toHaveProperty("operation");
      first.kill();
      hang(green);
      const second = await world.start();
      await second.operations.resumeAll();
      await sleep(10_000);
      expect(second.states()).toEqual(["held"]);
    });
  });
});

describe("the right to act", () => {
  test("is lost: what runs stops, and goes on once it is had again", async () => {
    const world = createOperationsWorld();
    const { clock, opening, sleep, deeds, green } = world;
    const { action } = deeds["a"] ?? {};
    if (action) action.apply = ({ signal }) => untilAborted(signal);
    await clock.run(async () => {
      const { operations, states } = await world.start();
      await operations.open({ ...opening, runbook: PATIENT });
      hang(green);
      await sleep(8_000);
      expect(states()).toEqual(["opened", "waiting"]);
      if (action)
        action.apply = async () => {
          action.on = true;
        };
      answer(green);
      await sleep(8_000);
      expect(states()).toEqual(["opened", "waiting", "succeeded"]);
    });
    const intents = (await world.journal.read("op-1")).filter(({ type }) =>
      type.startsWith("step"),
    );
    expect(intents).toMatchObject([
      { type: "step.intended", step: "a", attempt: 1 },
      { type: "step.intended", step: "a", attempt: 2, before: false },
      { type: "step.reached", step: "a", attempt: 2 },
      { step: "b" },
      { step: "b" },
    ]);
  });

  test("is somebody else's for good: it is held, and a human may end it", async () => {
    const world = createOperationsWorld();
    const { clock, opening, sleep, deeds, green } = world;
    if (deeds["a"]) deeds["a"].action.apply = ({ signal }) => untilAborted(signal);
    await clock.run(async () => {
      const { operations, states, news } = await world.start();
      await operations.open({ ...opening, runbook: PATIENT });
      const seen = await green.read("shop", new AbortController().signal);
      const other = { ...(seen?.record as LeaseRecord), epoch: 9, operation: "x", holder: "y" };
      green.write("shop", { seen, next: other });
      await sleep(4_000);
      expect(states()).toEqual(["opened", "waiting", "held"]);
      expect(news.at(-1)?.why).toMatch(/^GL_EPOCH_STALE/);
      await operations.abort("op-1", "alice");
      await sleep(2_000);
      expect(states().at(-1)).toBe("closed");
    });
    expect(green.look("shop")).toMatchObject({ epoch: 9, operation: "x", holder: "y" });
  });

  test("a journal that is away for a while does not end the leading", async () => {
    const world = createOperationsWorld();
    const { clock, opening, sleep, journal } = world;
    await clock.run(async () => {
      const { operations, states } = await world.start();
      await operations.open(opening);
      const read = journal.read.bind(journal);
      const append = journal.append.bind(journal);
      journal.read = () => Promise.reject(new Error("away"));
      journal.append = () => Promise.reject(new Error("away"));
      await sleep(5_000);
      journal.read = read;
      journal.append = append;
      await sleep(5_000);
      expect(states().at(-1)).toBe("succeeded");
    });
  });
});

const PATIENT = {
  ...RUNBOOK,
  steps: RUNBOOK.steps.map((step) => ({ ...step, timeoutMs: 60_000 })),
};
