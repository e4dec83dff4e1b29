import * as http from "../drivers/probe/http.ts";
import type { ProbeTools } from "../drivers/probe/probe.ts";
import { createProbe } from "../drivers/probe/registry.ts";
import * as tcp from "../drivers/probe/tcp.ts";
import { askForever } from "../engine/ask.ts";
import type { Bus } from "../engine/ports/bus.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Probe } from "../engine/ports/probe.ts";
import { checkForever } from "../engine/self-check.ts";
import { type Accesses, closeClusters, openClusters } from "./clusters.ts";
import type { ApplicationConfig, Config } from "./config.ts";

export interface ProbeLoopTools {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly signal: AbortSignal;
  readonly accesses: Accesses;
}

/**
 * Stands at one vantage: asks every probe of every application, and looks at itself. Ends when the
 * signal aborts.
 */
export async function runProbeLoop(
  config: Config,
  index: number,
  tools: ProbeLoopTools,
): Promise<void> {
  const vantage = config.vantages[index];
  if (!vantage) return;
  const { name, failureDomain, localAddress } = vantage;
  const from = localAddress === undefined ? {} : { localAddress };
  const { accesses, clock } = tools;
  const clusters = openClusters(config, { accesses, clock, timeoutMs: API_TIMEOUT_MS, ...from });
  const probes: Probe[] = [];
  const asking = config.applications.flatMap((application) => {
    const { probing } = application;
    const phaseMs = (probing.intervalMs * index) / config.vantages.length;
    const { timeoutMs, intervalMs, burstMs, thresholds } = probing;
    const pace = { timeoutMs, intervalMs, burstMs, burst: thresholds.failure + 1 };
    const at = { application: application.application.name, vantage: name, phaseMs };
    return probesOf(application, (cluster) => {
      const kubernetes = clusters[cluster]?.cluster;
      return kubernetes && { cluster, kubernetes, clock: tools.clock, timeoutMs, ...from };
    }).map((probe) => {
      probes.push(probe);
      return askForever(probe, at, { pace, tools });
    });
  });
  const controls = config.controlTargets.map((target) => controlOf(target, { ...tools, ...from }));
  const check = { vantage: name, failureDomain, controls, intervalMs: CHECK_MS };
  await Promise.all([...asking, checkForever(check, tools)]);
  await Promise.all([...probes, ...controls].map((probe) => probe.close()));
  await closeClusters(clusters);
}

type Standpoint = Omit<ProbeTools, "public" | "workloads">;

function probesOf(
  config: ApplicationConfig,
  standpointOf: (cluster: string) => Standpoint | undefined,
): readonly Probe[] {
  const { application, workloads } = config;
  return [application.home, application.standby].flatMap((cluster) => {
    const standpoint = standpointOf(cluster);
    const address = application.addresses[cluster];
    if (!standpoint || address === undefined) return [];
    const refs = workloads.map(({ name, namespace, deployment }) => {
      const ref = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        namespace,
        name: deployment,
      } as const;
      return [name, ref] as const;
    });
    const at = { ...config.public, address };
    const tools = { ...standpoint, public: at, workloads: Object.fromEntries(refs) };
    return config.probes.map((probe) => createProbe(probe, tools));
  });
}

function controlOf(
  { name, tcp: address = "", http: url }: Config["controlTargets"][number],
  { clock, localAddress }: Pick<ProbeTools, "clock" | "localAddress">,
): Probe {
  const from = localAddress === undefined ? {} : { localAddress };
  const tools = { ...from, clock, timeoutMs: CONTROL_TIMEOUT_MS, cluster: "control" };
  if (url === undefined)
    return tcp.create({ name, cluster: "control", layer: "public", address }, tools);
  const { hostname: host, port, pathname: path } = new URL(url);
  const at = { host, port: Number(port || HTTP_PORT), address: host };
  const expect = { status: 200 };
  return http.create(
    { probe: "http", name, layer: "public", path, expect },
    { ...tools, public: at },
  );
}

const API_TIMEOUT_MS = 1_000;
const CONTROL_TIMEOUT_MS = 250;
const CHECK_MS = 500;
const HTTP_PORT = 80;
