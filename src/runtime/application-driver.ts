import type { DnsClient } from "../adapters/dns-message/client.ts";
import type { CallHttp } from "../adapters/http/http-call.ts";
import type { OpenRoute53 } from "../adapters/route53/route53.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { PlannedStep } from "../domain/plan.ts";
import { dataSchema } from "../drivers/data/data.ts";
import { bindData, createData } from "../drivers/data/registry.ts";
import { dnsSchema } from "../drivers/dns/dns.ts";
import { bindDns } from "../drivers/dns/registry.ts";
import type { GateTools } from "../drivers/gate/gate.ts";
import { bindGate } from "../drivers/gate/registry.ts";
import { leaseSchema } from "../drivers/lease/lease.ts";
import { bindLease } from "../drivers/lease/registry.ts";
import { bindScale, createScale } from "../drivers/scale/registry.ts";
import { scaleSchema } from "../drivers/scale/scale.ts";
import { bindTraffic } from "../drivers/traffic/registry.ts";
import { trafficSchema } from "../drivers/traffic/traffic.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Leases } from "../engine/ports/lease.ts";
import type { Sight } from "../engine/survey.ts";
import type { Binder, Deed } from "../engine/work.ts";
import type { Clusters } from "./clusters.ts";
import type { ApplicationConfig, Config } from "./config.ts";

export interface DriverTools {
  readonly clock: Clock;
  readonly clusters: Clusters;
  readonly call: CallHttp;
  readonly dns: DnsClient;
  readonly route53: OpenRoute53;
  readonly envoys: GateTools["envoys"];
  readonly secret: Config["secret"];
}

/** One application's drivers: how its steps are run, and how it is looked at. */
export interface ApplicationDrivers {
  readonly bind: Binder;
  readonly sight: Sight;
}

export function createDrivers(config: ApplicationConfig, tools: DriverTools): ApplicationDrivers {
  const sight = createSight(config, tools);
  return { sight, bind: (step, plan) => bindStep(step, { config, tools, sight, plan }) };
}

interface Surroundings {
  readonly config: ApplicationConfig;
  readonly tools: DriverTools;
  readonly sight: Sight;
  readonly plan: { readonly from: string; readonly to: string };
}

function bindStep(step: PlannedStep, at: Surroundings): Deed {
  const { config, tools, sight, plan } = at;
  const { uses, subject, cluster = "", desired } = step;
  if (uses.startsWith("gate/")) {
    const { from, to } = plan;
    const about = { application: config.application, subject, from, to };
    const { clock, envoys } = tools;
    return { gate: bindGate(step, about, { clock, envoys, look: (...at) => sight.store(...at) }) };
  }
  switch (uses) {
    case "scale": {
      const workload = named(config.workloads, subject, "workload");
      const { cluster: kubernetes } = clusterOf(tools, cluster);
      return { action: bindScale(workload, scaleSchema.parse(desired), { cluster: kubernetes }) };
    }
    case "data": {
      const store = named(config.data, subject, "store");
      const wish = { cluster, desired: dataSchema.parse(desired) };
      return { action: bindData(store, wish, dataTools(store, tools)) };
    }
    case "dns": {
      const record = named(config.dns, subject, "record");
      return { action: bindDns(record, dnsSchema.parse(desired), tools) };
    }
    case "traffic": {
      const way = named(config.traffic, subject, "traffic");
      const { cluster: kubernetes } = clusterOf(tools, cluster);
      return { action: bindTraffic(way, trafficSchema.parse(desired), { cluster: kubernetes }) };
    }
    case "lease": {
      const { name: application } = config.application;
      const clusters = leasesOf(config, tools);
      const lease = { application, clusters, decisive: plan.to, clock: tools.clock };
      return { action: bindLease({ driver: "primary" }, leaseSchema.parse(desired), lease) };
    }
    default:
      throw new GreenlightError("GL_PLAN_UNSAFE", `${step.id} uses ${uses}, which there is not`);
  }
}

function createSight(config: ApplicationConfig, tools: DriverTools): Sight {
  return {
    leases: leasesOf(config, tools),
    workload: async (name, cluster, signal) => {
      const workload = named(config.workloads, name, "workload");
      const { cluster: kubernetes } = clusterOf(tools, cluster);
      const driver = createScale(workload, { cluster: kubernetes });
      const { replicas, available, images } = await driver.observe(signal);
      return { replicas, available, images };
    },
    store: async (name, cluster, signal) => {
      const store = named(config.data, name, "store");
      return await createData(store, cluster, dataTools(store, tools)).observe(signal);
    },
  };
}

function leasesOf({ application }: ApplicationConfig, { clusters }: DriverTools) {
  const own = [application.home, application.standby];
  return Object.fromEntries(
    own.flatMap((name): [string, Leases][] => {
      const cluster = clusters[name];
      return cluster ? [[name, cluster.leases]] : [];
    }),
  );
}

function dataTools(store: ApplicationConfig["data"][number], tools: DriverTools) {
  const { call, clock, secret } = tools;
  const { secretRef } = store;
  return { call, clock, secret: secretRef === undefined ? undefined : secret(secretRef) };
}

function clusterOf({ clusters }: DriverTools, name: string): Clusters[string] {
  const found = clusters[name];
  if (!found) throw new GreenlightError("GL_PLAN_UNSAFE", `there is no cluster "${name}"`);
  return found;
}

function named<T extends { readonly name: string }>(
  list: readonly T[],
  name: string | undefined,
  what: string,
): T {
  const found = list.find((item) => item.name === name);
  if (!found) throw new GreenlightError("GL_PLAN_UNSAFE", `there is no ${what} "${name}"`);
  return found;
}
