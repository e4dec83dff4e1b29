import type { Health } from "../../src/domain/health.ts";
import { LAYERS, type Layer, type VantageState } from "../../src/domain/observation.ts";
import type { Source, View } from "../../src/domain/view.ts";

/** When all views of these tests are looked at. */
export const NOW = 1_000_000;
export const FRESH_MS = 1_500;

export type Sight = "healthy" | "failed" | "failing" | "recovering" | "unknown" | "stale";

export const SIGHTS: readonly Sight[] = [
  "healthy",
  "failed",
  "failing",
  "recovering",
  "unknown",
  "stale",
];

const RUN = { failuresInRow: 3, successesInRow: 0, lastOkAt: NOW - 400, firstFailedAt: NOW - 300 };
const GOOD = { failuresInRow: 0, successesInRow: 2, lastOkAt: NOW - 10 };

/** The health of a source of which a vantage has this sight. */
export const HEALTH: Readonly<Record<Sight, Health>> = {
  healthy: { ...GOOD, state: "healthy", last: { at: NOW - 10, answer: "ok" } },
  failed: { ...RUN, state: "failed", last: { at: NOW - 10, answer: "refused" } },
  failing: { ...RUN, state: "suspect", failuresInRow: 1, last: { at: NOW, answer: "timeout" } },
  recovering: { ...GOOD, state: "failed", successesInRow: 1, last: { at: NOW, answer: "ok" } },
  unknown: {
    ...GOOD,
    state: "healthy",
    last: { at: NOW, answer: "unknown", detail: "the watch broke" },
  },
  stale: { ...RUN, state: "failed", last: { at: NOW - FRESH_MS - 1, answer: "refused" } },
};

export function source(
  of: { vantage: string; cluster?: string; layer: Layer; probe?: string },
  health: Health,
): Source {
  return { cluster: "blue", probe: of.layer, ...of, health };
}

export function vantage(name: string, more: Partial<VantageState> = {}): VantageState {
  return { at: NOW, vantage: name, failureDomain: `rack-${name}`, ...more };
}

/** Every vantage sees each layer of blue as given, and the API server of green as healthy. */
export function viewOf(
  sights: Readonly<Record<string, Partial<Record<Layer, Sight>>>>,
  { green = {}, vantages = Object.keys(sights).map((name) => vantage(name)) } = {} as {
    green?: Readonly<Record<string, Sight>>;
    vantages?: readonly VantageState[];
  },
): View {
  const sources = Object.entries(sights).flatMap(([name, layers]) => {
    const blue = LAYERS.flatMap((layer) => {
      const sight = layers[layer];
      return sight === undefined ? [] : [source({ vantage: name, layer }, HEALTH[sight])];
    });
    const api = HEALTH[green[name] ?? "healthy"];
    return [...blue, source({ vantage: name, cluster: "green", layer: "api" }, api)];
  });
  return { now: NOW, freshMs: FRESH_MS, vantages, sources };
}
