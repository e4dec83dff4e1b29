import { Agent } from "undici";
import { createDnsClient, type DnsClient } from "../adapters/dns-message/client.ts";
import { createCallHttp } from "../adapters/http/http-call.ts";
import { createRoute53Clients } from "../adapters/route53/route53-clients.ts";
import { GreenlightError } from "../domain/errors.ts";
import { freshMsOf } from "../domain/preset.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Leases } from "../engine/ports/lease.ts";
import type { RollCall } from "../engine/roll-call.ts";
import { type ApplicationDrivers, createDrivers } from "./application-driver.ts";
import { ClientWatch } from "./client-watch.ts";
import {
  type Accesses,
  type AccessTools,
  closeClusters,
  loadAccesses,
  openClusters,
} from "./clusters.ts";
import type { Config } from "./config.ts";
import { createVisitor, envoyOf, NAME_MS } from "./visitor.ts";

/** Everything that this process reaches over the network to look at and to change. */
export interface Outside {
  /** Of every cluster, by name. */
  readonly leases: Readonly<Record<string, Leases>>;
  /** By application. */
  readonly drivers: ReadonlyMap<string, ApplicationDrivers>;
  /** By application: what those see who ask by name. */
  readonly watches: ReadonlyMap<string, ClientWatch>;
  close(): Promise<void>;
}

export interface OutsideTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly accesses: Accesses;
  /** Where this process asks by name from, as users do: its vantages, where they are its own. */
  readonly standpoints?: Standpoints;
  /** Whom it may have ask at vantages that are other processes'. */
  readonly roll?: () => Pick<RollCall, "envoys">;
}

/** Of a process that stands at no vantage. Opens no connection yet; rejects as `loadAccesses` does. */
export async function openOutsideAlone(
  config: Config,
  tools: Omit<OutsideTools, "accesses" | "standpoints"> & AccessTools,
): Promise<Outside> {
  const accesses = await loadAccesses(config, tools);
  return openOutside(config, { ...tools, accesses, standpoints: OWN_STANDPOINT });
}

/** Opens no connection yet. */
export function openOutside(config: Config, tools: OutsideTools): Outside {
  const { clock, chance, accesses, roll, standpoints = config.vantages } = tools;
  const clusters = openClusters(config, { accesses, clock, timeoutMs: CALL_MS });
  // Who waits for a connection does not heed a signal: none may take longer than a call has.
  const agent = new Agent({ connections: CONNECTIONS, connect: { timeout: CALL_MS } });
  const call = createCallHttp(agent, clock);
  const dns = createDnsClient({ clock, chance, timeoutMs: NAME_MS });
  const route53 = createRoute53Clients({ clock, chance, timeoutMs: ROUTE53_CALL_MS });
  if (config.applications.some(({ dns: names }) => names.some(isRoute53))) route53.load();
  const secret = (ref: string) => config.secret(ref);
  const watches = new Map<string, ClientWatch>();
  const drivers = config.applications.map((application) => {
    const { probing: pace } = application;
    const { name } = application.application;
    const watch = new ClientWatch(name, visitorsOf(standpoints, application, { clock, dns }), {
      clock,
      pace: { intervalMs: pace.intervalMs, timeoutMs: pace.timeoutMs },
    });
    watches.set(name, watch);
    const patience = { freshMs: freshMsOf(pace), visitMs: NAME_MS + pace.timeoutMs };
    const envoys = async (signal: AbortSignal) => [
      ...watch.visitors.map(envoyOf),
      ...((await roll?.().envoys(patience, signal)) ?? []),
    ];
    const means = { clock, clusters, call, dns, route53: route53.open, envoys, secret };
    return [name, createDrivers(application, means)] as const;
  });
  const leases = Object.entries(clusters).map(([name, one]) => [name, one.leases] as const);
  return {
    leases: Object.fromEntries(leases),
    drivers: new Map(drivers),
    watches,
    close: async () => {
      await closeClusters(clusters);
      await Promise.all([agent.destroy(), route53.close()]);
    },
  };
}

/** The same, but that no Lease can be written: not even a first start's. */
export function lookOnly(outside: Outside): Outside {
  const leases = Object.entries(outside.leases).map(([cluster, of]): [string, Leases] => {
    const refusal = () => new GreenlightError("GL_REFUSED", `${cluster} is only looked at`);
    return [
      cluster,
      { read: (...asked) => of.read(...asked), swap: () => Promise.reject(refusal()) },
    ];
  });
  const own = Object.fromEntries(leases);
  const drivers = [...outside.drivers].map(([name, { bind, sight }]) => {
    return [name, { bind, sight: { ...sight, leases: own } }] as const;
  });
  return { ...outside, leases: own, drivers: new Map(drivers) };
}

function isRoute53({ driver }: Config["applications"][number]["dns"][number]): boolean {
  return driver === "route53";
}

type Standpoints = readonly Pick<Config["vantages"][number], "name" | "localAddress">[];

/** Of a process that stands at no vantage: it asks from where it is, besides those that do. */
const OWN_STANDPOINT: Standpoints = [{ name: "worker" }];

function visitorsOf(
  standpoints: Standpoints,
  application: Config["applications"][number],
  tools: { readonly clock: Clock; readonly dns: DnsClient },
) {
  const { timeoutMs } = application.probing;
  return standpoints.map(({ name, localAddress }) => {
    const from = localAddress === undefined ? {} : { localAddress };
    return createVisitor(application, { ...tools, ...from, vantage: name, timeoutMs });
  });
}

/** One call on the way to anything outside. A step's deadline is well above it. */
const CALL_MS = 1_000;
/** Its API is on one continent, and takes its time over a change. */
const ROUTE53_CALL_MS = 5_000;
/** To one store. */
const CONNECTIONS = 8;
