import { describe, expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import type { DecisionContext } from "../../../src/domain/guard.ts";
import type { Runbook } from "../../../src/domain/runbook.ts";
import { Approvals } from "../../../src/engine/approvals.ts";
import { Recollection } from "../../../src/engine/recollection.ts";
import { Surveyor } from "../../../src/engine/surveyor.ts";
import { LOST, under } from "../../fakes/circumstances.ts";
import { createOperationsWorld, RUNBOOK } from "../../fakes/operations.ts";

const ASKED = { id: "op-req", by: "alice", reason: "release day" };
const TWO = under({ approvals: { failover: 2 } });
const LATER_MS = 600_000;

async function setup(runbook: Runbook = RUNBOOK) {
  const world = createOperationsWorld();
  const { clock, leases, journal, sleep } = world;
  const { operations } = await world.start();
  let circumstances: Partial<DecisionContext> = {};
  const open = async () => {
    const life = new AbortController();
    const { signal } = life;
    const context = () => ({ ...LOST, ...TWO, now: clock.wallMs(), ...circumstances });
    const { application } = context();
    const recollection = new Recollection("shop", { clock, journal, onLoss: () => undefined });
    await recollection.load();
    const sight = {
      leases,
      workload: async () => ({ replicas: 2, available: 2, images: [] }),
      store: () => Promise.reject(new Error("not asked")),
    };
    const surveyor = new Surveyor(application, { clock, signal, sight, onSurvey: () => undefined });
    const binder = ({ id }: { id: string }) => world.deeds[id] ?? { gate: { whyNot: never } };
    const common = { application, clock, signal, surveyor, recollection, operations, binder };
    const logbook = { debts: [] };
    const runbooks = new Map([[runbook.kind, runbook]]);
    const tools = { ...common, digest: sha256, logbook, context, journal, runbooks };
    return { approvals: new Approvals(tools), life };
  };
  const process = await open();
  return {
    ...world,
    ...process,
    open,
    change: (more: Partial<DecisionContext>) => {
      circumstances = more;
    },
    run: clock.run.bind(clock),
    ask: () => process.approvals.request(runbook, ASKED),
    ends: async () =>
      (await journal.read("application-shop")).flatMap((event) =>
        event.type === "approval.closed" ? [event.end] : [],
      ),
    opened: async () => {
      await sleep(1_000);
      return (await journal.read("op-req"))[0];
    },
  };
}
const never = async () => undefined;

describe("what is asked for", () => {
  test("waits, with its plan and its hash, and nothing is touched", async () => {
    const { run, ask, journal, green, approvals } = await setup();
    await run(ask);
    expect(approvals.find("op-req")).toMatchObject({ by: "alice", people: 2, approvals: [] });
    expect(await journal.read("op-req")).toEqual([]);
    expect(green.look("shop")).toMatchObject({ epoch: 0 });
  });

  test("is refused with all reasons, and then nobody is asked", async () => {
    const { run, ask, change, approvals } = await setup();
    change({ pausedBy: "bob: freeze", standbyNotReady: ["no Deployment shop"] });
    await expect(run(ask)).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/bob: freeze.*no Deployment shop/s),
    });
    expect(approvals.find("op-req")).toBeUndefined();
  });

  test("is opened with exactly that plan once somebody else agrees", async () => {
    const { run, ask, approvals, opened, ends } = await setup();
    await run(async () => {
      const { planHash } = await ask();
      await approvals.approve("op-req", "bob");
      expect(await opened()).toMatchObject({
        type: "operation.opened",
        by: "alice",
        planHash,
        plan: { id: "op-req", epoch: 1 },
        cause: { request: { by: "alice" }, approvals: [{ by: "bob" }] },
      });
    });
    expect(await ends()).toEqual(["opened"]);
    await expect(run(() => approvals.approve("op-req", "carol"))).rejects.toMatchObject({
      code: "GL_CONFLICT",
    });
  });
});

describe("it is refused, and nothing is opened, where", () => {
  test("whoever asked agrees; it goes on waiting for somebody else", async () => {
    const { run, ask, approvals, opened, ends } = await setup();
    await run(ask);
    await expect(run(() => approvals.approve("op-req", "alice"))).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/alice asked for it, and somebody else must approve it/),
    });
    expect(await ends()).toEqual([]);
    await run(() => approvals.approve("op-req", "bob"));
    expect(await run(opened)).toMatchObject({ type: "operation.opened" });
  });

  test.each<[string, Partial<DecisionContext>, RegExp]>([
    ["it is paused since", { pausedBy: "bob: freeze" }, /bob: freeze/],
    ["another operation runs", { runningOperation: "op-7" }, /op-7 is not ended/],
    [
      "blue is no longer the primary",
      { primary: "green", to: "blue" },
      /not the one that was asked for any more: green is primary, not blue/,
    ],
  ])("%s", async (_, circumstances, why) => {
    const { run, ask, approvals, change, opened, ends } = await setup();
    await run(ask);
    change(circumstances);
    await expect(run(() => approvals.approve("op-req", "bob"))).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(why),
    });
    expect(await ends()).toEqual(["refused"]);
    expect(await run(opened)).toBeUndefined();
    await expect(run(() => approvals.approve("op-req", "carol"))).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/it is refused/),
    });
  });

  test("the epoch is another since", async () => {
    const { run, ask, approvals, green, blue, opened, ends } = await setup();
    await run(ask);
    const { signal } = new AbortController();
    for (const leases of [blue, green]) {
      const seen = await run(() => leases.read("shop", signal));
      const next = { epoch: 3, sequence: 0, primary: "blue", durationMs: 5_000 };
      leases.write("shop", { seen, next });
    }
    await expect(run(() => approvals.approve("op-req", "bob"))).rejects.toMatchObject({
      message: expect.stringMatching(/the epoch would be 4, not 1/),
    });
    expect([await ends(), await run(opened)]).toEqual([["refused"], undefined]);
  });

  test("its time is over", async () => {
    const { run, ask, approvals, sleep, opened, ends } = await setup();
    await run(async () => {
      await ask();
      await sleep(LATER_MS);
    });
    await expect(run(() => approvals.approve("op-req", "bob"))).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/it is expired/),
    });
    expect([await ends(), await run(opened)]).toEqual([["expired"], undefined]);
  });

  test("it is withdrawn", async () => {
    const { run, ask, approvals, ends } = await setup();
    await run(ask);
    await run(() => approvals.withdraw("op-req", "alice"));
    await expect(run(() => approvals.approve("op-req", "bob"))).rejects.toMatchObject({
      code: "GL_REFUSED",
    });
    expect(await ends()).toEqual(["withdrawn"]);
  });

  test("nobody asked for it", async () => {
    const { run, approvals } = await setup();
    await expect(run(() => approvals.approve("op-x", "bob"))).rejects.toMatchObject({
      code: "GL_UNKNOWN",
    });
  });
});

describe("beside it", () => {
  test("what nobody approved in time ends by itself", async () => {
    const { run, ask, approvals, life, sleep, ends } = await setup();
    await run(async () => {
      await ask();
      const running = approvals.run();
      await sleep(LATER_MS + 2_000);
      life.abort(new Error("enough"));
      await running;
    });
    expect(await ends()).toEqual(["expired"]);
  });

  test("what was agreed to when a process died is opened by the next one, once", async () => {
    const { run, ask, open, journal, clock, opened, ends } = await setup();
    await run(ask);
    const draft = { stream: "application-shop", epoch: 0, at: clock.wallMs() };
    await journal.append({ type: "approval.given", operation: "op-req", by: "bob", ...draft });
    await run(async () => {
      const next = await open();
      const running = next.approvals.run();
      expect(await opened()).toMatchObject({ cause: { approvals: [{ by: "bob" }] } });
      next.life.abort(new Error("enough"));
      await running;
    });
    expect(await ends()).toEqual(["opened"]);
  });

  test("what was opened when a process died ends as opened", async () => {
    const { run, ask, open, journal, sleep, ends, approvals } = await setup();
    await run(ask);
    await run(() => approvals.approve("op-req", "bob"));
    const events = await journal.read("op-req");
    expect(events.length).toBeGreaterThan(0);
    await run(async () => {
      const next = await open();
      const running = next.approvals.run();
      await sleep(2_000);
      next.life.abort(new Error("enough"));
      await running;
    });
    expect(await ends()).toEqual(["opened"]);
  });
});
