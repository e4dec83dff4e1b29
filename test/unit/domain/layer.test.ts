import { expect, test } from "@jest/globals";
import { type LayerState, stateOf, type Tally } from "../../../src/domain/layer.ts";
import { judge } from "../../../src/domain/verdict.ts";
import { vantage, viewOf } from "../../fakes/sightings.ts";

const NONE: Tally = { healthy: 0, partial: 0, failed: 0, suspect: 0, doubts: 0 };

test.each<[Partial<Tally>, LayerState]>([
  [{}, "unknown"],
  [{ failed: 2, healthy: 1 }, "failed"],
  [{ failed: 1, healthy: 2 }, "healthy"],
  [{ failed: 2, healthy: 2 }, "split"],
  [{ failed: 2, healthy: 1, partial: 1 }, "split"],
  [{ failed: 2, healthy: 1, doubts: 1 }, "split"],
  [{ failed: 2, partial: 1, doubts: 1 }, "split"],
  [{ failed: 2, doubts: 1, suspect: 3 }, "failed"],
  [{ partial: 1, healthy: 1 }, "partial"],
  [{ partial: 1, failed: 1 }, "partial"],
  [{ partial: 1, suspect: 1 }, "suspect"],
  [{ failed: 1, healthy: 1 }, "split"],
  [{ failed: 1, healthy: 1, suspect: 1 }, "suspect"],
  [{ failed: 1 }, "suspect"],
  [{ healthy: 1 }, "suspect"],
  [{ suspect: 1 }, "suspect"],
  [{ doubts: 1 }, "suspect"],
])("with a quorum of two, %j is %s", (tally, state) => {
  expect(stateOf({ ...NONE, ...tally }, 2)).toBe(state);
});

test("a failure domain votes by those in it that are fit", () => {
  const down = { api: "healthy", public: "failed", workload: "healthy" } as const;
  const up = { ...down, public: "healthy" } as const;
  const vantages = [
    vantage("a", { failureDomain: "one" }),
    vantage("b", { failureDomain: "one", whyNotFit: "late" }),
    vantage("c"),
  ];
  const options = { cluster: "blue", serves: true, quorum: 2, failureDomains: 3 };
  const well = judge(viewOf({ a: up, b: up, c: up }, { vantages }), options);
  expect(well.layers.public).toBe("healthy");
  expect(judge(viewOf({ a: down, b: down, c: down }, { vantages }), options).kind).toBe("ingress");
});
