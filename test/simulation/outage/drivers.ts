import { GreenlightError } from "../../../src/domain/errors.ts";
import { dataSchema } from "../../../src/drivers/data/data.ts";
import { dnsSchema } from "../../../src/drivers/dns/dns.ts";
import { bindGate } from "../../../src/drivers/gate/registry.ts";
import { leaseSchema } from "../../../src/drivers/lease/lease.ts";
import { bindLease } from "../../../src/drivers/lease/registry.ts";
import { bindScale, createScale } from "../../../src/drivers/scale/registry.ts";
import { scaleSchema } from "../../../src/drivers/scale/scale.ts";
import { bindTraffic } from "../../../src/drivers/traffic/registry.ts";
import { trafficSchema } from "../../../src/drivers/traffic/traffic.ts";
import type { Clock } from "../../../src/engine/ports/clock.ts";
import type { Sight } from "../../../src/engine/survey.ts";
import type { Binder, Deed } from "../../../src/engine/work.ts";
import { envoyOf, type Visitor } from "../../../src/runtime/visitor.ts";
import type { Gateway } from "./gateway.ts";
import { bindThrough, clusterOf, leasesOf } from "./ports.ts";
import { ADDRESSES, SITES, type SiteName, VANTAGES } from "./site.ts";
import type { World } from "./world.ts";

/** How one process looks at the application and changes it: the real drivers where they take fakes. */
export function driversOf(
  world: World,
  { clock, gateway }: { readonly clock: Clock; readonly gateway: Gateway },
): { readonly bind: Binder; readonly sight: Sight } {
  const scale = { driver: "deployment", namespace: "default", deployment: "shop" } as const;
  const leases = Object.fromEntries(SITES.map((site) => [site, leasesOf(world, site, gateway)]));
  const sight: Sight = {
    leases,
    workload: async (_, site, signal) => {
      const cluster = clusterOf(world, nameOf(site), gateway);
      const { replicas, available, images } = await createScale(scale, { cluster }).observe(signal);
      return { replicas, available, images };
    },
    store: (_, site, signal) => {
      const at = { site: nameOf(site), part: "store" } as const;
      return gateway.read(at, signal, () => world.sites[at.site].store.observe(signal));
    },
  };
  const sent = VANTAGES.map((vantage) => envoyOf(visitorOf(world, vantage, gateway)));
  const envoys = async () => sent;
  const bind: Binder = (step, { from, to }): Deed => {
    const { uses, subject, desired } = step;
    if (uses.startsWith("gate/")) {
      const about = { application: world.application, subject, from, to };
      const look = (...at: Parameters<Sight["store"]>) => sight.store(...at);
      return { gate: bindGate(step, about, { clock, envoys, look }) };
    }
    const site = nameOf(step.cluster ?? to);
    switch (uses) {
      case "scale": {
        const cluster = clusterOf(world, site, gateway);
        return { action: bindScale(scale, scaleSchema.parse(desired), { cluster }) };
      }
      case "traffic": {
        const cluster = clusterOf(world, site, gateway);
        return { action: bindTraffic(WAY_IN, trafficSchema.parse(desired), { cluster }) };
      }
      case "data": {
        const at = { site, part: "store" } as const;
        const { store } = world.sites[site];
        return { action: bindThrough(store, dataSchema.parse(desired), { at, gateway }) };
      }
      case "dns": {
        const through = { at: "zone", gateway } as const;
        return { action: bindThrough(world.zone, dnsSchema.parse(desired), through) };
      }
      case "lease": {
        const tools = { application: "shop", clusters: leases, decisive: to, clock };
        return { action: bindLease({ driver: "primary" }, leaseSchema.parse(desired), tools) };
      }
      default:
        throw new GreenlightError("GL_PLAN_UNSAFE", `there is no ${uses}`);
    }
  };
  return { bind, sight };
}

const WAY_IN = { driver: "service", namespace: "default", service: "shop" } as const;

/** Asks as users do: whom the zone names, through that one's public path. */
function visitorOf(world: World, vantage: string, gateway: Gateway): Visitor {
  const visitAt: Visitor["visitAt"] = async (address, signal) => {
    const site = SITES.find((name) => ADDRESSES[name] === address);
    if (!site) return { address, whyNot: "nobody" };
    const at = { site, part: "shop" } as const;
    return await gateway.read(at, signal, async () =>
      world.isServing(site) ? { address } : { address, whyNot: "no pods" },
    );
  };
  return {
    visitAt,
    vantage,
    visit: async (_, signal) => {
      const { address } = await gateway.read("zone", signal, () => world.zone.observe(signal));
      return await visitAt(address, signal);
    },
  };
}

function nameOf(site: string): SiteName {
  return site === "green" ? "green" : "blue";
}
