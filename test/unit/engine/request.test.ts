import { describe, expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import type { Debt } from "../../../src/domain/debt.ts";
import type { DecisionContext } from "../../../src/domain/guard.ts";
import { Recollection } from "../../../src/engine/recollection.ts";
import { openOnRequest, preview, type RequestTools } from "../../../src/engine/request.ts";
import { Surveyor } from "../../../src/engine/surveyor.ts";
import { wouldOpen } from "../../../src/engine/would-open.ts";
import { application, LOST, lossOf } from "../../fakes/circumstances.ts";
import { createOperationsWorld, RUNBOOK } from "../../fakes/operations.ts";
import { untilAborted } from "../../fakes/until-aborted.ts";

const REQUEST = { id: "op-req", by: "alice", reason: "release day" };

async function setup(circumstances: Partial<DecisionContext> = {}, debts: readonly Debt[] = []) {
  const world = createOperationsWorld();
  const { clock, leases, journal } = world;
  const { operations } = await world.start();
  const { signal } = new AbortController();
  const sight = {
    leases,
    workload: async () => ({ replicas: 2, available: 2, images: [] }),
    store: () => Promise.reject(new Error("not asked")),
  };
  const onLoss = () => undefined;
  const tools: RequestTools = {
    application,
    clock,
    signal,
    digest: sha256,
    operations,
    logbook: { debts },
    surveyor: new Surveyor(application, { clock, signal, sight, onSurvey: () => undefined }),
    recollection: new Recollection("shop", { clock, journal, onLoss }),
    binder: ({ id }) => world.deeds[id] ?? { gate: { whyNot: async () => "not yet" } },
    context: () => ({ ...LOST, ...circumstances }),
  };
  return { ...world, tools };
}

describe("a request", () => {
  test("is opened with what was read now, in its own name", async () => {
    const { clock, tools, journal, sleep } = await setup();
    await clock.run(async () => {
      expect(await openOnRequest(RUNBOOK, REQUEST, tools)).toMatchObject({
        id: "op-req",
        epoch: 1,
      });
      await sleep(1_000);
    });
    expect((await journal.read("op-req"))[0]).toMatchObject({
      by: "alice",
      reason: "release day",
      cause: { request: { by: "alice", reason: "release day" } },
    });
  });

  test("is refused with all reasons at once, and then nothing happened", async () => {
    const { clock, tools, journal, green } = await setup({
      pausedBy: "bob: freeze",
      standbyNotReady: ["no Deployment shop"],
      ...lossOf({ ms: 9_000 }),
    });
    const opened = clock.run(() => openOnRequest(RUNBOOK, REQUEST, tools));
    await expect(opened).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/bob: freeze.*no Deployment shop.*9000 ms/s),
    });
    expect(await journal.read("op-req")).toEqual([]);
    expect(green.look("shop")).toMatchObject({ epoch: 0 });
  });

  test("without what it needs to know has no plan", async () => {
    const { clock, tools } = await setup();
    const steps = RUNBOOK.steps.map((step) => ({ ...step, desired: "${fault.unknown}" }));
    const opened = clock.run(() => openOnRequest({ ...RUNBOOK, steps }, REQUEST, tools));
    await expect(opened).rejects.toMatchObject({ code: "GL_PLAN_UNSAFE" });
  });
});

describe("a cluster that owes a fence", () => {
  const owed = { owed: "fence", uses: "test", operation: "op-7", since: 0 } as const;
  const cases: [string, Debt, "keep" | "restore", readonly string[]][] = [
    [
      "is left alone",
      { ...owed, cluster: "green", uses: "data", subject: "store" },
      "keep",
      ["data store"],
    ],
    ["is not rehearsed on", { ...owed, cluster: "green" }, "restore", ["test"]],
    ["may be fenced by a person", { ...owed, cluster: "green" }, "keep", []],
    ["is nobody else's concern", { ...owed, cluster: "blue", uses: "data" }, "keep", []],
    [
      "is not one that owes something else",
      { ...owed, owed: "follow", cluster: "green", uses: "data" },
      "keep",
      [],
    ],
  ];

  test.each(cases)("%s", async (_, debt, ends, targets) => {
    const { clock, tools } = await setup({}, [debt]);
    const [first] = RUNBOOK.steps;
    const steps = first ? [{ ...first, cluster: "green" }] : [];
    const { refusals } = await clock.run(() => preview({ ...RUNBOOK, ends, steps }, tools));
    const why = (target: string) => `green is not fenced: op-7 still owes it, at its ${target}`;
    expect(refusals).toEqual(targets.map(why));
  });
});

describe("a planned move", () => {
  const planned = { ...RUNBOOK, requires: ["primary-healthy", "stable"], leases: "all" } as const;
  const reasons = (error: unknown) => (error as Error).message;

  test("is refused with the guards' reasons and with what it requires", async () => {
    const { clock, tools, journal } = await setup({ pausedBy: "bob: freeze" });
    const refused = await clock.run(() =>
      openOnRequest(planned, REQUEST, tools).catch((error: unknown) => reasons(error)),
    );
    expect(refused).toMatch(/bob: freeze; blue, the primary, is site-loss.*; there is no verdict/);
    expect(await journal.read("op-req")).toEqual([]);
  });

  test("takes as many people, where it goes home, as the kinds that only go there", async () => {
    const { clock, tools } = await setup();
    const policy = { ...application.policy, homeApprovals: 2 };
    const home = { ...tools, application: { ...application, home: "green", policy } };
    await clock.run(async () => {
      expect((await preview(planned, home)).people).toBe(2);
      await expect(openOnRequest(planned, REQUEST, home)).rejects.toThrow("2 people must agree");
      expect((await preview(planned, tools)).people).toBe(1);
    });
  });

  test("home is refused where it is at home, and that is all that matters then", async () => {
    const { clock, tools } = await setup({ pausedBy: "bob: freeze" });
    const home = { ...planned, to: "home" } as const;
    const refused = clock.run(() => openOnRequest(home, REQUEST, tools));
    await expect(refused).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/: shop is at home: blue is primary already$/),
    });
  });

  test("waits for nothing that takes itself back; what requires nothing does not wait", async () => {
    const rehearsed = { runningOperation: "op-7", runningEnds: "restore" } as const;
    const { clock, tools } = await setup(rehearsed);
    const all = await clock.run(() => preview(planned, tools));
    expect(all.refusals).toContain("operation op-7 is not ended");
    expect((await clock.run(() => preview(RUNBOOK, tools))).refusals).toEqual([]);
  });

  test("taken back, needs no healthy primary", async () => {
    const healthy = { ...planned, requires: ["primary-healthy"] as const };
    const { clock, tools, journal, sleep } = await setup();
    await clock.run(async () => {
      await openOnRequest(healthy, { ...REQUEST, takesBack: "op-0" }, tools);
      await sleep(1_000);
    });
    expect((await journal.read("op-req"))[0]).toMatchObject({ cause: { takesBack: "op-0" } });
  });
});

describe("what is not known yet", () => {
  test("is said in its own words: who is primary, and how large it is", async () => {
    const { clock, tools } = await setup({ primary: undefined });
    await expect(clock.run(() => preview(RUNBOOK, tools))).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/it is not known yet which cluster is primary/),
    });
    const sized = RUNBOOK.steps.map((step) => ({ ...step, desired: "$" + "{each.replicas}" }));
    const known = { ...tools, context: () => LOST };
    const seen = clock.run(() => preview({ ...RUNBOOK, steps: sized }, known));
    await expect(seen).rejects.toMatchObject({
      code: "GL_REFUSED",
      message: expect.stringMatching(/how many replicas shop needs is unknown/),
    });
  });
});

describe("a preview", () => {
  const gate = { id: "gate", uses: "test", desired: null, needs: [], onFailure: "undo" };
  const runbook = { ...RUNBOOK, steps: [...RUNBOOK.steps, { ...gate, timeoutMs: 1_000 }] };

  test("says what is missing at each step, and changes nothing", async () => {
    const { clock, tools, deeds, journal } = await setup({ pausedBy: "bob: freeze" });
    if (deeds["b"]) deeds["b"].action.on = true;
    // A gate beside an irreversible step is not safe.
    const safe = { ...RUNBOOK, steps: RUNBOOK.steps.slice(0, 1).concat(runbook.steps[2] ?? []) };
    const seen = await clock.run(() => preview(safe, tools));
    expect(seen.refusals).toEqual([expect.stringContaining("bob: freeze")]);
    expect(seen.pending).toEqual([
      { step: "a", why: "it is off" },
      { step: "gate", why: "not yet" },
    ]);
    expect(await journal.read("op-preview")).toEqual([]);
    expect(deeds["a"]?.action.on).toBe(false);
  });

  test("leaves out what is as it should be, and bounds what hangs", async () => {
    const { clock, tools, deeds } = await setup();
    const [a, b] = [deeds["a"]?.action, deeds["b"]?.action];
    if (a) a.observe = untilAborted;
    if (b) b.on = true;
    const seen = await clock.run(() => preview(RUNBOOK, tools));
    expect(seen.pending).toMatchObject([{ step: "a" }]);
    expect(clock.monotonicMs()).toBeLessThan(2_500);
  });

  test("of a plan that would not be safe is refused", async () => {
    const { clock, tools } = await setup();
    await expect(clock.run(() => preview(runbook, tools))).rejects.toMatchObject({
      code: "GL_PLAN_UNSAFE",
    });
  });
});

describe("a kind that nobody asked for yet", () => {
  test("would be refused for the reasons that a request is refused for", async () => {
    const { clock, tools } = await setup({
      pausedBy: "bob: freeze",
      standbyNotReady: ["no Deployment shop"],
    });
    await clock.run(async () => {
      const would = await wouldOpen(RUNBOOK, tools);
      expect(would).toMatchObject({ kind: "failover", from: "blue", to: "green", people: 1 });
      expect(would.refusals.length).toBeGreaterThan(1);
      const asked = openOnRequest(RUNBOOK, REQUEST, tools);
      await expect(asked).rejects.toThrow(would.refusals.join("; "));
    });
  });

  test("would be accepted, by so many people; one that can't be planned says why", async () => {
    const { clock, tools } = await setup();
    const policy = { ...application.policy, approvals: { failover: 2 } };
    await clock.run(async () => {
      const two = { ...tools, application: { ...application, policy } };
      expect(await wouldOpen(RUNBOOK, two)).toMatchObject({ people: 2, refusals: [] });
      const unsafe = {
        ...RUNBOOK,
        steps: RUNBOOK.steps.map((step) => ({ ...step, needs: ["b"] })),
      };
      expect(await wouldOpen(unsafe, tools)).toMatchObject({
        from: null,
        refusals: [expect.stringContaining("waits for itself")],
      });
    });
  });
});
