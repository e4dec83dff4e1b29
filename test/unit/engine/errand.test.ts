import { describe, expect, test } from "@jest/globals";
import type { DecisionContext } from "../../../src/domain/guard.ts";
import type { Survey } from "../../../src/domain/survey.ts";
import { Errands, type ErrandTools } from "../../../src/engine/errand.ts";
import { LOST, verdictOf } from "../../fakes/circumstances.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const { application } = LOST;
const found = <T>(value: T) => ({ found: value });
const missing = { missing: "it does not answer" };
const WORKLOAD = found({ replicas: 3, available: 3, images: [] });
const WHOLE = {
  at: 1,
  leases: { green: found(null) },
  workloads: { green: { shop: WORKLOAD } },
  stores: { store: { green: found({}) } },
} as unknown as Survey;

const DEBT = { owed: "fence", uses: "scale", cluster: "green", operation: "op-1", since: 1 };
const COMMIT = { operation: { id: "op-1", to: "blue" }, back: "x", next: "retire", untilMs: 0 };
/** Blue is primary and well; green is the side that was left. */
const WELL: DecisionContext = { ...LOST, verdicts: verdictOf("healthy") };

interface World {
  readonly context?: Partial<DecisionContext>;
  readonly survey?: Partial<Survey>;
  readonly logbook?: Readonly<Record<string, unknown>>;
  readonly acknowledgedAt?: number;
  /** How often it is looked at, one second after the other. */
  readonly turns?: number;
}

/** The kinds that are opened. */
async function openedIn(world: World): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const kinds: string[] = [];
  const at = world.acknowledgedAt;
  const tools = {
    clock,
    payment: "quarantine",
    runbooks: new Map(["quarantine", "retire"].map((kind) => [kind, { kind }])),
    surveyor: {
      survey: { ...WHOLE, ...world.survey },
      primacy: { primary: "blue", epoch: 5, sequence: 3 },
    },
    recollection: { memory: { replicas: {}, ...(at !== undefined && { acknowledged: { at } }) } },
    operations: {
      open: async (opening: { runbook: { kind: string } }) => kinds.push(opening.runbook.kind),
    },
    logbook: { debts: [], called: new Map(), ...world.logbook },
  };
  const errands = new Errands(application, tools as unknown as ErrandTools);
  await clock.run(async () => {
    for (let turn = 0; turn < (world.turns ?? 1); turn += 1) {
      errands.run({ ...WELL, ...world.context });
      await clock.sleep(1_000, new AbortController().signal);
    }
  });
  return kinds;
}

const OWING = { debts: [DEBT] };
const OVER = { commit: COMMIT };

describe("what pays a fence", () => {
  test("opens where the Lease can be read, whatever else is away", async () => {
    const survey = { workloads: {}, stores: { store: { green: missing } } };
    expect(await openedIn({ logbook: OWING, survey })).toEqual(["quarantine"]);
  });

  test.each([{}, { green: missing }])("does not where it can't: %j", async (leases) => {
    expect(await openedIn({ logbook: OWING, survey: { leases } })).toEqual([]);
  });

  test("does not wait for the primary to be well", async () => {
    expect(await openedIn({ logbook: OWING, context: LOST })).toEqual(["quarantine"]);
  });

  test.each([{ owed: "follow" }, { cluster: "blue" }])(
    "is for no other debt: %j",
    async (other) => {
      expect(await openedIn({ logbook: { debts: [{ ...DEBT, ...other }] } })).toEqual([]);
    },
  );

  test("opens while it is paused, too: it is no move", async () => {
    const context = { pausedBy: "alice" };
    expect(await openedIn({ logbook: OWING, context })).toEqual(["quarantine"]);
  });

  test("is tried again later and later while it stays owed", async () => {
    expect(await openedIn({ logbook: OWING, turns: 14 })).toHaveLength(2);
    expect(await openedIn({ logbook: OWING, turns: 17 })).toHaveLength(3);
  });
});

describe("what comes after a commit window", () => {
  const suspicion = { cluster: "blue" } as NonNullable<DecisionContext["suspicion"]>;
  const elsewhere = { commit: { ...COMMIT, operation: { id: "op-1", to: "green" } } };
  test("opens once it is over, and all is well", async () => {
    expect(await openedIn({ logbook: OVER })).toEqual(["retire"]);
  });

  test.each<[string, World]>([
    ["before that", { logbook: { commit: { ...COMMIT, untilMs: 60_000 } } }],
    ["while the primary fails", { logbook: OVER, context: LOST }],
    ["while nothing is known of it", { logbook: OVER, context: { verdicts: {} } }],
    ["while it is under suspicion", { logbook: OVER, context: { suspicion } }],
    ["where something moved since", { logbook: elsewhere }],
    ["while a store is away", { logbook: OVER, survey: { stores: { store: { green: missing } } } }],
    ["while a workload was not read", { logbook: OVER, survey: { workloads: {} } }],
    ["while it is paused", { logbook: OVER, context: { pausedBy: "alice" } }],
    ["while something runs", { logbook: { ...OVER, running: {} } }],
    ["while nobody knows the primary", { logbook: OVER, context: { primary: undefined } }],
  ])("does not %s", async (_, world) => {
    expect(await openedIn(world)).toEqual([]);
  });
});

describe("one that a human stopped", () => {
  const logbook = { ...OVER, called: new Map([["retire", 1_000]]) };
  test.each([undefined, 1_000])("stays stopped, acknowledged at %s", async (acknowledgedAt) => {
    const at = acknowledgedAt === undefined ? {} : { acknowledgedAt };
    expect(await openedIn({ logbook, ...at })).toEqual([]);
  });

  test("opens again once that was acknowledged", async () => {
    expect(await openedIn({ logbook, acknowledgedAt: 1_001 })).toEqual(["retire"]);
  });

  test("says nothing of another kind", async () => {
    expect(await openedIn({ logbook: { ...logbook, ...OWING } })).toEqual(["quarantine"]);
  });
});
