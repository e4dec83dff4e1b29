import { describe, expect, test } from "@jest/globals";
import { type Circumstances, diagnose } from "../../../src/domain/diagnosis.ts";
import type { LayerState, LayerStates } from "../../../src/domain/layer.ts";
import { LAYERS, type Layer } from "../../../src/domain/observation.ts";
import { VERDICTS, type VerdictKind } from "../../../src/domain/verdict-kind.ts";

const STATES: readonly LayerState[] = [
  "healthy",
  "partial",
  "failed",
  "suspect",
  "split",
  "unknown",
];
const PRIMARY: Circumstances = { serves: true, elsewhereBad: false };
const CIRCUMSTANCES: readonly Circumstances[] = [
  PRIMARY,
  { serves: true, elsewhereBad: true },
  { serves: false, elsewhereBad: false },
  { serves: false, elsewhereBad: true },
];
const ALL: readonly LayerStates[] = STATES.flatMap((api) =>
  STATES.flatMap((nodes) =>
    STATES.flatMap((path) =>
      STATES.flatMap((workload) =>
        STATES.map((data) => ({ api, nodes, public: path, workload, data })),
      ),
    ),
  ),
);
const kindOf = (layers: LayerStates, where = PRIMARY) => diagnose(layers, where).kind;
const some = (layers: LayerStates, ...states: LayerState[]) =>
  LAYERS.some((layer) => states.includes(layers[layer]));

/** api, public, workload, data by their first letters; x for split. Nodes are not asked. */
function read(letters: string): LayerStates {
  const [api, path, workload, data] = letters.split("").map((letter) => LETTERS.get(letter));
  if (!api || !path || !workload || !data) throw new Error(`no states: ${letters}`);
  return { api, nodes: "unknown", public: path, workload, data };
}

const LETTERS: ReadonlyMap<string, LayerState> = new Map([
  ["h", "healthy"],
  ["p", "partial"],
  ["f", "failed"],
  ["s", "suspect"],
  ["x", "split"],
  ["u", "unknown"],
]);

test.each<[string, VerdictKind]>([
  ["hhhh", "healthy"],
  ["uhuu", "healthy"],
  ["huhu", "healthy"],
  ["huuu", "inconclusive"],
  ["uuuu", "inconclusive"],
  ["uuhh", "inconclusive"],
  ["huff", "inconclusive"],
  ["fhhh", "api-only"],
  ["fhuh", "api-only"],
  ["fhff", "api-only"],
  ["fphh", "degraded"],
  ["fpuf", "degraded"],
  ["hpff", "data"],
  ["hphs", "inconclusive"],
  ["fuuu", "inconclusive"],
  ["ffuu", "site-loss"],
  ["ffff", "site-loss"],
  ["ffuf", "site-loss"],
  ["ffuh", "inconclusive"],
  ["ffup", "inconclusive"],
  ["ffus", "inconclusive"],
  ["ffhf", "site-loss"],
  ["ffsf", "site-loss"],
  ["ffxu", "site-loss"],
  ["ffhh", "inconclusive"],
  ["hffh", "workload"],
  ["hfff", "workload"],
  ["hfpu", "workload"],
  ["hffs", "workload"],
  ["hfhh", "ingress"],
  ["hfhu", "ingress"],
  ["hfhs", "inconclusive"],
  ["hfsh", "inconclusive"],
  ["hfuh", "inconclusive"],
  ["hfhf", "data"],
  ["hfhp", "data"],
  ["hfuf", "data"],
  ["pfff", "inconclusive"],
  ["sfff", "inconclusive"],
  ["ufff", "inconclusive"],
  ["hhhf", "data"],
  ["uhuf", "data"],
  ["shhf", "inconclusive"],
  ["hhfh", "degraded"],
  ["hhhp", "degraded"],
  ["phhh", "degraded"],
  ["hphh", "degraded"],
  ["hhsh", "inconclusive"],
  ["hhhs", "inconclusive"],
  ["shhh", "inconclusive"],
  ["hshh", "inconclusive"],
  ["fsff", "inconclusive"],
  ["xhhh", "inconclusive"],
  ["ffux", "inconclusive"],
  ["hffx", "inconclusive"],
])("api, public, workload, data %s: %s", (letters, kind) => {
  expect(kindOf(read(letters))).toBe(kind);
});

test("nodes alone degrade; through a failed API server nobody sees nodes or workloads", () => {
  expect(kindOf({ ...read("hhhh"), nodes: "failed" })).toBe("degraded");
  expect(kindOf({ ...read("hhhh"), nodes: "suspect" })).toBe("inconclusive");
  expect(kindOf({ ...read("ffuf"), nodes: "healthy" })).toBe("site-loss");
  expect(kindOf({ ...read("fhsh"), nodes: "split" })).toBe("api-only");
  expect(kindOf({ ...read("ffuf"), nodes: "failed" })).toBe("site-loss");
});

test("what contradicts a loss is named", () => {
  expect(diagnose(read("ffuh"), PRIMARY).because).toMatch(/but data is healthy$/);
});

/** What is left of the states when the API server, which alone tells of these two, failed. */
function knowable(layers: LayerStates): LayerStates {
  return layers.api === "failed" ? { ...layers, nodes: "unknown", workload: "unknown" } : layers;
}

describe("all combinations of layer states", () => {
  const standby = { serves: false, elsewhereBad: false };
  /** One comparison for them all: thousands of matchers would take seconds. */
  const expectNone = (broken: (layers: LayerStates) => boolean) => {
    expect(ALL.filter(broken).slice(0, 3)).toEqual([]);
  };

  test("each has one diagnosis with a reason, wherever it stands", () => {
    expect(ALL).toHaveLength(STATES.length ** LAYERS.length);
    for (const where of CIRCUMSTANCES)
      expectNone((layers) => {
        const { kind, because } = diagnose(layers, where);
        return !VERDICTS.includes(kind) || because === "";
      });
  });

  test("each kind means what it says", () => {
    expectNone((layers) => {
      const { api, public: path, workload, data } = layers;
      const isGone = (one: LayerState) => one === "failed" || one === "unknown";
      const isBad = (one: LayerState) => one === "failed" || one === "partial";
      const holds: Readonly<Record<VerdictKind, boolean>> = {
        healthy: !some(layers, "failed", "partial", "suspect", "split"),
        degraded: path !== "failed" && some(layers, "failed", "partial"),
        "api-only": api === "failed" && path === "healthy",
        ingress: api === "healthy" && path === "failed" && workload === "healthy",
        workload: api === "healthy" && path === "failed" && isBad(workload),
        data: api !== "failed" && (data === "failed" || (data === "partial" && path === "failed")),
        "site-loss": api === "failed" && path === "failed" && isGone(data),
        "observer-isolated": false,
        inconclusive: true,
      };
      const kind = kindOf(layers);
      return !holds[kind] || (holds["site-loss"] && kind !== "site-loss");
    });
  });

  test("a split vote is inconclusive", () => {
    expectNone((layers) => some(knowable(layers), "split") && kindOf(layers) !== "inconclusive");
  });

  test("a layer that is not clear yet can only become what does not matter", () => {
    expectNone((layers) => {
      const kind = kindOf(layers);
      const unclear = LAYERS.filter((layer) => knowable(layers)[layer] === "suspect");
      const becomes = (layer: Layer, state: LayerState) => kindOf({ ...layers, [layer]: state });
      return (
        kind !== "inconclusive" &&
        unclear.some(
          (layer) => becomes(layer, "healthy") !== kind || becomes(layer, "failed") !== kind,
        )
      );
    });
  });

  test("nothing that gets better makes a loss, nothing that gets worse ends one", () => {
    const better: readonly LayerState[] = ["healthy", "partial", "suspect", "split"];
    const isLoss = (layers: LayerStates) => kindOf(layers) === "site-loss";
    expectNone((layers) =>
      LAYERS.some((layer) =>
        isLoss(layers)
          ? !isLoss({ ...layers, [layer]: "failed" })
          : knowable(layers)[layer] === layers[layer] &&
            better.some((state) => isLoss({ ...layers, [layer]: state })),
      ),
    );
  });

  test("where all API servers look bad, one that failed is inconclusive, else nothing differs", () => {
    for (const serves of [true, false])
      expectNone((layers) => {
        const distrusted = kindOf(layers, { serves, elsewhereBad: true });
        const trusted = kindOf(layers, { serves, elsewhereBad: false });
        return distrusted !== (layers.api === "failed" ? "inconclusive" : trusted);
      });
  });

  test("a standby has no users to lose: its public path and workload don't matter", () => {
    const kinds = new Set(ALL.map((layers) => kindOf(layers, standby)));
    expect([...kinds].sort()).toEqual(["api-only", "data", "degraded", "healthy", "inconclusive"]);
    expectNone((layers) => {
      const asked: LayerStates = { ...layers, public: "failed", workload: "split" };
      return kindOf(asked, standby) !== kindOf(layers, standby);
    });
    expect(kindOf(read("uuuu"), standby)).toBe("inconclusive");
    expect(kindOf(read("hffh"), standby)).toBe("healthy");
    expect(kindOf(read("fhhh"), standby)).toBe("api-only");
  });
});
