import { expect, test } from "@jest/globals";
import type { Application } from "../../../src/domain/application.ts";
import { planFor } from "../../../src/domain/planning.ts";
import type { Bindings, Runbook, RunbookStep } from "../../../src/domain/runbook.ts";

const application: Application = {
  name: "shop",
  home: "blue",
  standby: "green",
  objectives: { rtoMs: 5_000, rpoMs: 2_000 },
  policy: {
    moveOn: ["site-loss"],
    fencing: { unreachable: "refuse" },
    cooldownMs: 0,
    stabilisationMs: 0,
    commitWindowMs: 600_000,
    approvals: {},
    thresholds: { failure: 3, success: 2 },
    quorum: 2,
  },
  addresses: { blue: "127.0.0.2", green: "127.0.0.3" },
  workloads: ["web", "worker"],
  data: ["store"],
  dns: [],
  traffic: [],
  ttls: {},
  dnsTimeoutsMs: {},
};
const bindings: Bindings = {
  to: { value: "green", source: "the other" },
  meaning: { value: "continue", source: "policy" },
  "workloads.web.replicas": { value: 3, source: "seen" },
  "workloads.worker.replicas": { value: 1, source: "seen" },
};
const usual = { needs: [], timeoutMs: 1_000, onFailure: "undo", desired: null } as const;

function plan(steps: readonly RunbookStep[], given = bindings, ends: Runbook["ends"] = "keep") {
  const runbook: Runbook = { kind: "rotate", ends, steps };
  const circumstances = { id: "op-1", epoch: 4, application, from: "blue", to: "green" };
  return planFor(runbook, { ...circumstances, bindings: given });
}
const scale: RunbookStep = {
  ...usual,
  id: "scale",
  uses: "scale",
  each: "workloads",
  cluster: "${to}",
  desired: { replicas: "${each.replicas}" },
};

test("a step with `each` is one for each of them, and who needs it needs them all", () => {
  const result = plan([scale, { ...usual, id: "done", uses: "gate/x", needs: ["scale"] }]);
  expect(result).toMatchObject({
    plan: {
      id: "op-1",
      kind: "rotate",
      epoch: 4,
      application: "shop",
      steps: [
        { id: "scale.web", cluster: "green", subject: "web", desired: { replicas: 3 } },
        { id: "scale.worker", cluster: "green", subject: "worker", desired: { replicas: 1 } },
        { id: "done", needs: ["scale.web", "scale.worker"] },
      ],
    },
  });
});

test("where there is one of them, the step keeps its name; where there is none, it is left out", () => {
  const steps: RunbookStep[] = [
    { ...usual, id: "copy", uses: "gate/x", each: "data" },
    { ...usual, id: "dns", uses: "gate/x", each: "dns" },
    { ...usual, id: "done", uses: "gate/x", needs: ["copy", "dns"] },
  ];
  const result = plan(steps);
  if ("refused" in result) throw new Error(result.refused);
  expect(result.plan.steps.map(({ id, needs }) => [id, needs])).toEqual([
    ["copy", []],
    ["done", ["copy"]],
  ]);
});

test("every literal says where it came from, and nothing of the template is left", () => {
  const result = plan([{ ...scale, onFailure: "${meaning}" }]);
  if ("refused" in result) throw new Error(result.refused);
  expect(result.plan.steps[0]).toMatchObject({ onFailure: "continue" });
  expect(result.plan.steps[0]?.sources).toEqual({
    to: "the other",
    meaning: "policy",
    "each.replicas": "seen",
  });
  expect(JSON.stringify(result.plan)).not.toContain("${");
});

test("a step's time may be its subject's own, and the plan says whose", () => {
  const given = { ...bindings, "workloads.web.timeoutMs": { value: 90_000, source: "config web" } };
  const own = { "workloads.worker.timeoutMs": { value: 30_000, source: "config worker" } };
  const result = plan([{ ...scale, timeoutMs: "${each.timeoutMs}" }], { ...given, ...own });
  expect(result).toMatchObject({
    plan: {
      steps: [
        { timeoutMs: 90_000, sources: { "each.timeoutMs": "config web" } },
        { timeoutMs: 30_000, sources: { "each.timeoutMs": "config worker" } },
      ],
    },
  });
});

test.each<[string, RunbookStep[], string]>([
  [
    "nothing is known for a name",
    [{ ...scale, cluster: "${from}" }],
    "scale.web: nothing is known for ${from}",
  ],
  [
    "a failure means nothing known",
    [{ ...scale, onFailure: "${to}" }],
    'scale.web: onFailure can\'t be "green"',
  ],
  [
    "a need is no step",
    [{ ...scale, needs: ["x"] }],
    "scale.web needs x, which is not in the plan",
  ],
  [
    "a promotion does not say that it is final",
    [{ ...usual, id: "p", uses: "data", desired: { role: "primary" } }],
    "p promotes a store, so it must be declared irreversible",
  ],
  [
    "its time is no time",
    [{ ...scale, timeoutMs: "${to}" }],
    'scale.web: timeout can\'t be "green"',
  ],
  ["its time is nothing", [{ ...scale, timeoutMs: 0 }], "scale.web: timeout can't be 0"],
  [
    "its time is not known",
    [{ ...scale, timeoutMs: "${each.timeoutMs}" }],
    "scale.web: nothing is known for ${each.timeoutMs}",
  ],
  [
    "a name of Object's is looked up",
    [{ ...scale, desired: "${constructor}" }],
    "scale.web: nothing is known for ${constructor}",
  ],
])("refused when %s", (_, steps, refused) => {
  expect(plan(steps)).toEqual({ refused });
});

test("an irreversible step in a plan that restores is refused with the reason", () => {
  const final = { ...scale, irreversible: true, onFailure: "hold" } as const;
  expect(plan([final])).toMatchObject({
    plan: { steps: [{ needs: [] }, { id: "scale.worker", needs: ["scale.web"] }] },
  });
  expect(plan([final], bindings, "restore")).toEqual({
    refused: "scale.web is irreversible, so the plan can't end by restoring",
  });
});

test.each<[string, Partial<RunbookStep>, string]>([
  ["the lease", { uses: "lease" }, "touch changes who is primary"],
  ["a workload of the primary", { uses: "scale" }, "touch changes blue, the primary"],
  ["a store of the primary", { uses: "data" }, "touch changes blue, the primary"],
  ["the primary's way in", { uses: "traffic" }, "touch changes blue, the primary"],
])("%s is nothing for a plan that restores", (_, more, what) => {
  const given = { ...bindings, from: { value: "blue", source: "seen" } };
  const touch: RunbookStep = { ...usual, id: "touch", uses: "", cluster: "${from}", ...more };
  const refused = `${what}, so the plan can't end by restoring`;
  expect(plan([touch], given, "restore")).toEqual({ refused });
  expect(plan([touch], given)).toMatchObject({ plan: { ends: "keep" } });
  const standby = { ...touch, uses: "scale", cluster: "${to}" };
  expect(plan([standby], given, "restore")).toMatchObject({ plan: { ends: "restore" } });
});

test("who needs what there is none of waits for what that would have waited for", () => {
  const steps: RunbookStep[] = [
    { ...usual, id: "first", uses: "gate/x" },
    { ...usual, id: "dns", uses: "gate/x", each: "dns", needs: ["first"] },
    { ...usual, id: "way", uses: "gate/x", each: "traffic", needs: ["dns", "first"] },
    { ...usual, id: "done", uses: "gate/x", needs: ["way"] },
  ];
  expect(plan(steps)).toMatchObject({
    plan: { steps: [{ id: "first" }, { id: "done", needs: ["first"] }] },
  });
});

test("whose Leases take the epoch, and how long it can be taken back, is in the plan", () => {
  const runbook: Runbook = {
    kind: "rotate",
    ends: "keep",
    leases: "all",
    commit: { windowMs: "${policy.commitWindowMs}", back: "rotate" },
    steps: [{ ...usual, id: "a", uses: "gate/x" }],
  };
  const circumstances = { id: "op-1", epoch: 4, application, from: "blue", to: "green" };
  const known = { "policy.commitWindowMs": { value: 9_000, source: "config" } };
  expect(planFor(runbook, { ...circumstances, bindings: known })).toMatchObject({
    plan: { leases: "all", commit: { windowMs: 9_000, back: "rotate" } },
  });
  expect(planFor(runbook, { ...circumstances, bindings: {} })).toEqual({
    refused: 'commit.window can\'t be "${policy.commitWindowMs}"',
  });
});
