import { expect, test } from "@jest/globals";
import type { Health } from "../../../src/domain/health.ts";
import type { Layer } from "../../../src/domain/observation.ts";
import { mergeFault, suspect } from "../../../src/domain/suspicion.ts";
import type { Source, View } from "../../../src/domain/view.ts";
import { FRESH_MS, HEALTH, NOW, source, vantage, viewOf } from "../../fakes/sightings.ts";

const run = (firstFailedAt: number, lastOkAt?: number): Health => ({
  state: "suspect",
  failuresInRow: 1,
  successesInRow: 0,
  firstFailedAt,
  ...(lastOkAt !== undefined && { lastOkAt }),
  last: { at: NOW, answer: "refused" },
});
const good = (lastOkAt: number): Health => ({ ...HEALTH.healthy, lastOkAt });
const seen = (name: string, layer: Layer, health: Health) =>
  source({ vantage: name, layer }, health);
const view = (
  sources: readonly Source[],
  vantages = ["a", "b"].map((one) => vantage(one)),
): View => {
  return { now: NOW, freshMs: FRESH_MS, vantages, sources };
};

test("nothing fails, so nothing is suspected", () => {
  const well = { api: "healthy", public: "recovering", data: "unknown" } as const;
  expect(suspect(viewOf({ a: well, b: { api: "stale" } }), "blue")).toBeUndefined();
  expect(suspect(view([]), "blue")).toBeUndefined();
});

test("one failure is enough, and names who saw it", () => {
  const sources = [seen("a", "public", run(900, 850)), seen("b", "public", good(880))];
  expect(suspect(view(sources), "blue")).toEqual({
    cluster: "blue",
    layer: "public",
    vantage: "a",
    probe: "public",
    answer: "refused",
    lastGoodAt: 880,
    firstFailedAt: 900,
  });
  expect(suspect(view(sources), "green")).toBeUndefined();
});

test("the public path counts before the API server, that before the data; what is read through it never", () => {
  const sources = [
    seen("a", "nodes", run(600)),
    seen("a", "workload", run(700)),
    seen("a", "data", run(800)),
    seen("b", "api", run(900)),
    seen("b", "public", run(950)),
  ];
  expect(suspect(view(sources), "blue")).toMatchObject({ layer: "public", firstFailedAt: 950 });
  expect(suspect(view(sources.slice(0, 4)), "blue")).toMatchObject({ layer: "api" });
  expect(suspect(view(sources.slice(0, 3)), "blue")).toMatchObject({ layer: "data" });
  expect(suspect(view(sources.slice(0, 2)), "blue")).toBeUndefined();
});

test("the earliest failure over all vantages; nobody has seen it good", () => {
  const sources = [seen("a", "public", run(905)), seen("b", "public", run(900))];
  const suspicion = suspect(view(sources), "blue");
  expect(suspicion).toMatchObject({ vantage: "b", lastGoodAt: null, firstFailedAt: 900 });
});

test("a vantage that was alone with its failures does not date the fault of all", () => {
  const sources = [
    seen("a", "public", run(100, 90)),
    seen("b", "public", run(5010, 4990)),
    seen("c", "public", run(5020, 4980)),
  ];
  const vantages = ["a", "b", "c"].map((one) => vantage(one));
  expect(suspect(view(sources, vantages), "blue")).toMatchObject({
    vantage: "b",
    lastGoodAt: 4990,
    firstFailedAt: 5010,
  });
});

test("where another still gets good answers the fault has not begun before the newest of them", () => {
  const sources = [seen("a", "public", run(100, 90)), seen("b", "public", good(5000))];
  expect(suspect(view(sources), "blue")).toMatchObject({
    vantage: "a",
    lastGoodAt: 5000,
    firstFailedAt: 5000,
  });
});

test("a failure in the very millisecond of the newest good answer is after it", () => {
  const sources = [seen("a", "public", run(800)), seen("b", "public", run(900, 900))];
  expect(suspect(view(sources), "blue")).toMatchObject({ vantage: "b", firstFailedAt: 900 });
});

test("what a vantage sees that abstains, or is silent, raises no suspicion; its good answers count", () => {
  const sources = [seen("a", "public", run(900, 890)), seen("b", "public", run(910, 905))];
  const ill = [vantage("a"), vantage("b", { whyNotFit: "late" })];
  expect(suspect(view(sources, ill), "blue")).toMatchObject({ vantage: "a", lastGoodAt: 905 });
  const gone = [vantage("a", { whyNotFit: "late" }), vantage("b", { at: NOW - FRESH_MS - 1 })];
  expect(suspect(view(sources, gone), "blue")).toBeUndefined();
});

test("what was kept dates a fault that began before this process did", () => {
  const kept = { lastGoodAt: 890, firstFailedAt: 900 };
  const after = { lastGoodAt: null, firstFailedAt: 2000 };
  expect(mergeFault(kept, after)).toEqual(kept);
  expect(mergeFault(undefined, after)).toEqual(after);
  expect(mergeFault(kept, { lastGoodAt: 901, firstFailedAt: 950 })).toEqual({
    lastGoodAt: 901,
    firstFailedAt: 950,
  });
  expect(mergeFault(kept, { lastGoodAt: 890, firstFailedAt: 895 })).toEqual({
    lastGoodAt: 890,
    firstFailedAt: 895,
  });
  const blind = { lastGoodAt: null, firstFailedAt: 900 };
  expect(mergeFault(blind, { lastGoodAt: 880, firstFailedAt: 950 })).toEqual({
    lastGoodAt: 880,
    firstFailedAt: 900,
  });
});

test("one that lost its beginning to a clock that was set back began when nobody knows", () => {
  const { firstFailedAt: _, lastOkAt: __, ...lost } = run(900, 890);
  const of = (...healths: readonly Health[]) =>
    healths.map((health, i) => source({ vantage: "abc"[i] ?? "", layer: "public" }, health));
  expect(suspect(view(of(lost, lost)), "blue")).toMatchObject({
    firstFailedAt: null,
    lastGoodAt: null,
  });
  // One that can tell does not speak for the others.
  expect(suspect(view(of(lost, run(950))), "blue")).toMatchObject({ firstFailedAt: null });
});

test("what was kept before the clock was set back holds whole, until it was well since", () => {
  const kept = { lastGoodAt: 3_600_000, firstFailedAt: 3_601_000 };
  const unknown = { lastGoodAt: null, firstFailedAt: null };
  expect(mergeFault(kept, unknown)).toEqual(kept);
  expect(mergeFault(undefined, unknown)).toEqual(unknown);
  expect(mergeFault(unknown, { lastGoodAt: null, firstFailedAt: 41_000 })).toEqual(unknown);
  // A process that started since sees its first failure, which is not that of the fault.
  expect(mergeFault(kept, { lastGoodAt: null, firstFailedAt: 41_000 })).toEqual(kept);
  const since = { lastGoodAt: 40_000, firstFailedAt: 41_000 };
  expect(mergeFault(kept, since)).toEqual(since);
  const good = { lastGoodAt: 40_000, firstFailedAt: null };
  expect(mergeFault(kept, good)).toEqual(good);
  const later = { lastGoodAt: 3_602_000, firstFailedAt: null };
  expect(mergeFault(kept, later)).toEqual(later);
});
