import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { LAYERS, type VantageState } from "../../../src/domain/observation.ts";
import { judge } from "../../../src/domain/verdict.ts";
import { VERDICTS } from "../../../src/domain/verdict-kind.ts";
import type { Source, View } from "../../../src/domain/view.ts";
import {
  FRESH_MS,
  HEALTH,
  NOW,
  SIGHTS,
  type Sight,
  source,
  vantage,
} from "../../fakes/sightings.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const sight = fc.constantFrom<Sight>(...SIGHTS, "failed", "failed", "healthy");
const sources = fc.array(
  fc
    .record({
      vantage: fc.constantFrom(...NAMES),
      cluster: fc.constantFrom("blue", "blue", "blue", "green", "red"),
      layer: fc.constantFrom(...LAYERS),
      probe: fc.constantFrom("one", "two"),
      sight,
    })
    .map(({ sight: seen, ...of }): Source => source(of, HEALTH[seen])),
  { maxLength: 60 },
);
const stateOf = (name: string) =>
  fc
    .record({
      failureDomain: fc.constantFrom("one", "two", "three", "four"),
      standing: fc.constantFrom("fit", "fit", "fit", "abstaining", "absent"),
    })
    .map(({ failureDomain, standing }): VantageState => {
      const at = standing === "absent" ? NOW - FRESH_MS - 1 : NOW;
      const why = standing === "abstaining" ? { whyNotFit: "late" } : {};
      return vantage(name, { failureDomain, at, ...why });
    });
const states = fc.tuple(...NAMES.map(stateOf));
const options = fc.record({
  cluster: fc.constant("blue"),
  serves: fc.constantFrom(true, true, false),
  quorum: fc.integer({ min: 1, max: 4 }),
  failureDomains: fc.constantFrom(1, 4),
});
const toView = (vantages: readonly VantageState[], seen: readonly Source[]): View => {
  const byKey = new Map(
    seen.map((one) => [`${one.vantage} ${one.cluster} ${one.layer} ${one.probe}`, one]),
  );
  return { now: NOW, freshMs: FRESH_MS, vantages, sources: [...byKey.values()] };
};
/** A site that is lost to most, so that properties of a loss are not met by chance alone. */
const doomed = sources.map((extra) => [
  ...NAMES.flatMap((name) =>
    (["api", "public", "data"] as const).map((layer) =>
      source({ vantage: name, layer, probe: "one" }, HEALTH.failed),
    ),
  ),
  ...extra.slice(0, 12),
]);
const anything = fc.oneof(sources, doomed);

test("there is one verdict, the same each time, with a line for each layer", () => {
  fc.assert(
    fc.property(states, anything, options, (vantages, seen, how) => {
      const verdict = judge(toView(vantages, seen), how);
      expect(VERDICTS).toContain(verdict.kind);
      expect(verdict.evidence.length).toBeGreaterThanOrEqual(1 + LAYERS.length);
      expect(judge(toView(vantages, seen), how)).toEqual(verdict);
      expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
    }),
  );
});

test("one vantage alone never decides", () => {
  const few = fc.record({
    vantages: states,
    seen: anything,
    how: options.map((one) => ({ ...one, quorum: Math.max(2, one.quorum) })),
  });
  fc.assert(
    fc.property(few, ({ vantages, seen, how }) => {
      const lone = seen.map((one) =>
        one.vantage === "a" || one.health.failuresInRow === 0
          ? one
          : { ...one, health: HEALTH.healthy },
      );
      const { kind } = judge(toView(vantages, lone), how);
      expect(["healthy", "degraded", "inconclusive", "observer-isolated"]).toContain(kind);
    }),
  );
});

test("a vantage that begins to abstain never makes a loss, nor any other fault, of what was none", () => {
  fc.assert(
    fc.property(states, anything, options, (vantages, seen, how) => {
      const before = judge(toView(vantages, seen), how);
      for (const name of NAMES) {
        const ill = vantages.map((one) =>
          one.vantage === name ? { ...one, whyNotFit: "late" } : one,
        );
        const after = judge(toView(ill, seen), how);
        if (before.kind !== "site-loss") expect(after.kind).not.toBe("site-loss");
        for (const layer of LAYERS)
          if (before.layers[layer] !== "failed") expect(after.layers[layer]).not.toBe("failed");
      }
    }),
    { numRuns: 1000 },
  );
});

test("a source that fails instead never makes a layer better", () => {
  const rank = { unknown: 0, healthy: 0, partial: 1, suspect: 1, split: 1, failed: 2 };
  fc.assert(
    fc.property(states, anything, options, fc.nat(), (vantages, seen, how, at) => {
      const view = toView(vantages, seen);
      const chosen = view.sources[at % Math.max(1, view.sources.length)];
      if (!chosen || chosen.health !== HEALTH.healthy) return;
      const worse = view.sources.map((one) =>
        one === chosen ? { ...one, health: HEALTH.failed } : one,
      );
      const [before, after] = [judge(view, how), judge({ ...view, sources: worse }, how)];
      for (const layer of LAYERS)
        expect(rank[after.layers[layer]]).toBeGreaterThanOrEqual(rank[before.layers[layer]]);
    }),
    { numRuns: 500 },
  );
});

test("the order in which they are heard does not matter", () => {
  fc.assert(
    fc.property(states, anything, options, (vantages, seen, how) => {
      const view = toView(vantages, seen);
      const turned = { ...view, sources: view.sources.toReversed() };
      expect(judge(turned, how)).toEqual(judge(view, how));
    }),
  );
});
