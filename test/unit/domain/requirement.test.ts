import { describe, expect, test } from "@jest/globals";
import type { DataStatus } from "../../../src/domain/data-status.ts";
import type { DecisionContext } from "../../../src/domain/guard.ts";
import { type Memory, NO_MEMORY } from "../../../src/domain/memory.ts";
import { type RequirementContext, whyNotMet } from "../../../src/domain/requirement.ts";
import type { RequirementName } from "../../../src/domain/runbook.ts";
import { NO_SURVEY, type Survey } from "../../../src/domain/survey.ts";
import { application, base, LOST, under } from "../../fakes/circumstances.ts";

test("a debt: of the cluster that it goes to, and of no other", () => {
  const debt = { owed: "fence", uses: "data", operation: "op-1", since: 1 };
  const why = (cluster: string) =>
    whyNotMet(["debt"], { ...MET, debts: [{ ...debt, cluster }] }).map(({ text }) => text);
  expect(why("green")).toEqual([]);
  expect(why("blue")).toEqual([expect.stringMatching(/^nothing is owed of green/)]);
});

const ALL: readonly RequirementName[] = ["primary-healthy", "stable", "synchronised", "parity"];
const well = (cluster: string) => ({ ...base, cluster, kind: "healthy" as const, because: "so" });
const NOW: DecisionContext = {
  ...LOST,
  ...under({ stabilisationMs: 60_000 }),
  verdicts: { blue: well("blue"), green: well("green") },
};
const standby: DataStatus = {
  epoch: 1,
  sequence: 1,
  engine: "fake",
  role: "standby",
  linkUp: true,
  position: 7,
  lagMs: 0,
  heartbeatAt: NOW.now,
  observedAt: NOW.now,
  confidence: "estimated",
  reasons: [],
};
const shop = { replicas: 2, available: 2, images: ["shop:1"] };
const SURVEY: Survey = {
  ...NO_SURVEY,
  at: NOW.now,
  workloads: { blue: { shop: { found: shop } }, green: { shop: { found: shop } } },
  stores: { store: { green: { found: standby } } },
};
const MEMORY: Memory = {
  ...NO_MEMORY,
  verdicts: { green: { kind: "healthy", at: NOW.now - 60_000 } },
  replicas: { blue: { shop: { replicas: 2, at: 0 } } },
};
const MET: RequirementContext = { now: NOW, survey: SURVEY, memory: MEMORY, debts: [] };

const store = (more: Partial<DataStatus>): Partial<RequirementContext> => ({
  survey: { ...SURVEY, stores: { store: { green: { found: { ...standby, ...more } } } } },
});
const workloads = (of: Survey["workloads"]): Partial<RequirementContext> => ({
  survey: { ...SURVEY, workloads: { ...SURVEY.workloads, ...of } },
});
const wellSince = (at: number): Partial<RequirementContext> => ({
  memory: { ...MEMORY, verdicts: { green: { kind: "healthy", at } } },
});
const verdicts = (of: DecisionContext["verdicts"]): Partial<RequirementContext> => ({
  now: { ...NOW, verdicts: { ...NOW.verdicts, ...of } },
});

const UNMET: readonly [string, Partial<RequirementContext>, RequirementName, RegExp][] = [
  [
    "the primary is ill",
    verdicts({ blue: { ...well("blue"), kind: "degraded", because: "slow" } }),
    "primary-healthy",
    /^blue, the primary, is degraded \(slow\)$/,
  ],
  ["nobody judged it", verdicts({ blue: undefined as never }), "primary-healthy", /no verdict/],
  [
    "the other side is ill",
    verdicts({ green: { ...well("green"), kind: "api-only", because: "gone" } }),
    "stable",
    /^green is api-only \(gone\)$/,
  ],
  ["nobody judged that", verdicts({ green: undefined as never }), "stable", /no verdict on green/],
  [
    "it came back a moment ago",
    wellSince(NOW.now - 59_001),
    "stable",
    /^green has been well for 59 s only: 1 s remain/,
  ],
  ["the clock was set back", wellSince(NOW.now + 5_000), "stable", /for 0 s only: 60 s remain/],
  [
    "what it was before is all that is known",
    { memory: { ...MEMORY, verdicts: { green: { kind: "site-loss", at: 0 } } } },
    "stable",
    /for 0 s only/,
  ],
  ["its store was not read", { survey: { ...SURVEY, stores: {} } }, "synchronised", /not read yet/],
  [
    "its store is away",
    { survey: { ...SURVEY, stores: { store: { green: { missing: "refused" } } } } },
    "synchronised",
    /store of green can't be read: refused/,
  ],
  [
    "its store is fenced",
    store({ role: "fenced" }),
    "synchronised",
    /is fenced, and follows nobody/,
  ],
  ["its link is down", store({ linkUp: false }), "synchronised", /no link to its primary/],
  [
    "nobody knows how far it is behind",
    store({ confidence: "unknown", reasons: ["clocks differ"] }),
    "synchronised",
    /is unknown: clocks differ/,
  ],
  ["its lag is unknown", store({ lagMs: null }), "synchronised", /is unknown/],
  [
    "it is behind",
    store({ lagMs: 2001 }),
    "synchronised",
    /2001 ms behind, and the RPO is 2000 ms/,
  ],
  [
    "other images run there",
    workloads({ green: { shop: { found: { ...shop, images: ["shop:2"] } } } }),
    "parity",
    /^shop runs shop:1 on blue, and shop:2 on green$/,
  ],
  [
    "somebody scaled it",
    workloads({ blue: { shop: { found: { ...shop, replicas: 1 } } } }),
    "parity",
    /^shop has 1 replicas on blue, and had 2 when healthy$/,
  ],
  [
    "it was never seen healthy",
    { memory: { ...MEMORY, replicas: {} } },
    "parity",
    /shop was never seen healthy on blue/,
  ],
  [
    "it is not there",
    workloads({ green: { shop: { missing: "no Deployment" } } }),
    "parity",
    /shop of green can't be read: no Deployment/,
  ],
  ["it was not read", workloads({ blue: {} }), "parity", /shop of blue was not read yet/],
];

describe("what a planned move requires", () => {
  test("is met where all is well, long enough, and equal", () => {
    expect(whyNotMet(ALL, MET)).toEqual([]);
  });

  test.each(UNMET)("is not met where %s", (_, circumstances, code, text) => {
    const unmet = whyNotMet(ALL, { ...MET, ...circumstances });
    expect(unmet).toEqual([{ code, text: expect.stringMatching(text) }]);
  });

  test.each(UNMET)("is nobody's business who does not require it: %s", (_, circumstances, code) => {
    const others = ALL.filter((name) => name !== code);
    expect(whyNotMet(others, { ...MET, ...circumstances })).toEqual([]);
  });

  test("is told all at once, in one order", () => {
    const unmet = whyNotMet(ALL.toReversed(), {
      now: { ...NOW, verdicts: {} },
      survey: NO_SURVEY,
      memory: NO_MEMORY,
      debts: [],
    });
    expect(unmet.map(({ code }) => code)).toEqual(ALL);
  });

  test("of an application without stores and workloads is that its clusters are well", () => {
    const bare = { ...application, workloads: [], data: [] };
    const context = { ...MET, now: { ...NOW, application: bare }, survey: NO_SURVEY };
    expect(whyNotMet(ALL, context)).toEqual([]);
  });
});
