import type { Access } from "../adapters/kubernetes/access.ts";
import { askPlugin } from "../adapters/kubernetes/exec-credential.ts";
import type { ExecPlugin } from "../adapters/kubernetes/exec-plugin.ts";
import { createKubernetes, type Kubernetes } from "../adapters/kubernetes/kubernetes.ts";
import { renewCredentials } from "../adapters/kubernetes/renewed-credentials.ts";
import type { Log } from "../adapters/log/log.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { loadWay } from "./cluster-access.ts";
import type { Config } from "./config.ts";
import { environment } from "./environment.ts";

/** How each cluster of the config is reached, and as whom: one for all who reach it from here. */
export type Accesses = ReadonlyMap<string, Access>;

/** The clusters of the config, by name, each over connections of its own. */
export type Clusters = Readonly<Record<string, Kubernetes>>;

/**
 * Begins to ask exec plug-ins, and waits for none. Rejects with GL_KUBECONFIG where a kubeconfig
 * can't be used.
 */
export async function loadAccesses(
  { clusters }: Config,
  { clock, log, signal }: AccessTools,
): Promise<Accesses> {
  const loaded = clusters.map(async (cluster) => {
    const { name } = cluster;
    const onTrouble = (error: unknown) =>
      log.warn({ err: error, cluster: name }, "the exec plug-in gave no credential");
    const run = (plugin: ExecPlugin) => {
      const ask = (bound: AbortSignal) =>
        askPlugin(plugin, { clock, timeoutMs: PLUGIN_MS, signal: bound });
      return renewCredentials(ask, { clock, signal, onTrouble });
    };
    return [name, await loadWay(cluster, { env: environment, run })] as const;
  });
  return new Map(await Promise.all(loaded));
}

export interface AccessTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends what is asked of plug-ins. */
  readonly signal: AbortSignal;
}

/** As seen from one local address. Opens no connection yet. */
export function openClusters({ clusters }: Config, { accesses, ...options }: OpenTools): Clusters {
  const opened = clusters.flatMap(({ name, leaseNamespace }) => {
    const access = accesses.get(name);
    return access
      ? [[name, createKubernetes(access, { ...options, leaseNamespace })] as const]
      : [];
  });
  return Object.fromEntries(opened);
}

interface OpenTools {
  readonly accesses: Accesses;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly localAddress?: string;
}

export async function closeClusters(clusters: Clusters): Promise<void> {
  await Promise.all(Object.values(clusters).map((cluster) => cluster.close()));
}

/** One run of a plug-in, which may ask a service far away. */
const PLUGIN_MS = 10_000;
