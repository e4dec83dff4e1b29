import type { Layer } from "../../../src/domain/observation.ts";
import { PRESETS } from "../../../src/domain/preset.ts";
import type { Asked, Probe } from "../../../src/engine/ports/probe.ts";
import type { ProcessClock } from "./process-clock.ts";
import { type Part, SITES, type SiteName, WORKLOAD } from "./site.ts";
import type { World } from "./world.ts";

const ASKED = {
  api: { layer: "api", part: "api" },
  pods: { layer: "workload", part: "api" },
  front: { layer: "public", part: "shop" },
  port: { layer: "data", part: "store" },
} as const satisfies Readonly<Record<string, { layer: Layer; part: Part }>>;

type Name = keyof typeof ASKED;

export const PROBES = Object.keys(ASKED) as readonly Name[];

/** All that one vantage asks of both sites. */
export function probesAt(world: World, vantage: string, clock: ProcessClock): readonly Probe[] {
  return SITES.flatMap((site) =>
    PROBES.map((name): Probe => {
      const { layer, part } = ASKED[name];
      const at = { site, part, name, vantage };
      return {
        name,
        cluster: site,
        layer,
        ask: (signal) => ask(world, at, { clock, signal }),
        close: async () => undefined,
      };
    }),
  );
}

/** What a vantage must reach whatever happens to the sites. */
export function controlAt(world: World, vantage: string, clock: ProcessClock): Probe {
  return {
    name: "control",
    cluster: "",
    layer: "public",
    ask: async (signal) => {
      const isCut = world.cuts.has(`${vantage} control`);
      await clock.sleep(isCut ? TIMEOUT_MS : LATENCY_MS, signal).catch(() => undefined);
      return { answer: isCut ? "timeout" : "ok" };
    },
    close: async () => undefined,
  };
}

interface At {
  readonly site: SiteName;
  readonly part: Part;
  readonly name: Name;
  readonly vantage: string;
}

async function ask(
  world: World,
  { site, part, name, vantage }: At,
  { clock, signal }: { readonly clock: ProcessClock; readonly signal: AbortSignal },
): Promise<Asked> {
  try {
    await clock.sleep(LATENCY_MS, signal);
    const state = world.sites[site].states[part];
    const isSilent = state === "hung" || world.cuts.has(`${vantage} ${site}`);
    if (isSilent) await clock.sleep(TIMEOUT_MS - LATENCY_MS, signal);
    if (name === "pods") return isSilent || state === "dead" ? UNKNOWN : askPods(world, site);
    if (isSilent) return { answer: "timeout" };
    const isThere = state === "up" && (part !== "shop" || world.isServing(site));
    return { answer: isThere ? "ok" : "refused" };
  } catch {
    return { answer: "unknown", detail: "it was stopped" };
  }
}

function askPods(world: World, site: SiteName): Asked {
  const { replicas, available } = world.sites[site].kubernetes.look(WORKLOAD);
  if (replicas === 0) return { answer: "unknown", detail: "no pods are wanted" };
  return { answer: available >= replicas ? "ok" : "unready" };
}

const UNKNOWN: Asked = { answer: "unknown", detail: "the API does not confirm it" };
const LATENCY_MS = 2;
const TIMEOUT_MS = PRESETS.fast.timeoutMs;
