import { expect, test } from "@jest/globals";
import type { OperationPlan, PlannedStep } from "../../../src/domain/plan.ts";
import { identify } from "../../../src/domain/report-identity.ts";
import { PLAN } from "../../fakes/operation-story.ts";

const step = (uses: string, cluster?: string): PlannedStep => {
  const usual = { id: "a", needs: [], desired: null, timeoutMs: 1, sources: {} };
  return { ...usual, uses, onFailure: "undo", ...(cluster !== undefined && { cluster }) };
};
const NONE = "none planned: no step changes what users reach";
const MOVED = "live traffic is moved";
const BOTH = "live traffic is changed, and put back";

test.each<[string, OperationPlan["ends"], PlannedStep, string]>([
  ["a rehearsal on the standby", "restore", step("scale", "green"), NONE],
  ["its way in", "restore", step("traffic", "green"), NONE],
  ["a rehearsal that points the name", "restore", step("dns"), BOTH],
  ["one that touches the primary", "restore", step("scale", "blue"), BOTH],
  ["a move of the name", "keep", step("dns"), MOVED],
  ["a way in that stays", "keep", step("traffic", "green"), MOVED],
  ["a standby that is scaled", "keep", step("scale", "green"), NONE],
])("the effect on production is what the steps do: %s", (_, ends, only, impact) => {
  const plan = { ...PLAN, ends, steps: [only] };
  const opened = { plan, planHash: "", by: "alice", reason: "", cause: null };
  const facts = { ...opened, type: "operation.opened", stream: "op-1", epoch: 5, at: 0 } as const;
  const identification = identify(facts as unknown as Parameters<typeof identify>[0], false);
  expect(identification.productionImpact).toBe(impact);
});
