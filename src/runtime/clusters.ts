import { createKubernetes, type Kubernetes } from "../adapters/kubernetes/kubernetes.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { loadWay } from "./cluster-access.ts";
import type { Config } from "./config.ts";

/** The clusters of the config, by name, each over connections of its own. */
export type Clusters = Readonly<Record<string, Kubernetes>>;

/**
 * As seen from one local address. Opens no connection yet. Rejects with GL_KUBECONFIG where a
 * kubeconfig can't be used.
 */
export async function openClusters(
  { clusters }: Config,
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly localAddress?: string },
): Promise<Clusters> {
  const opened = clusters.map(async (cluster) => {
    const access = await loadWay(cluster);
    return [cluster.name, createKubernetes(access, options)] as const;
  });
  return Object.fromEntries(await Promise.all(opened));
}

export async function closeClusters(clusters: Clusters): Promise<void> {
  await Promise.all(Object.values(clusters).map((cluster) => cluster.close()));
}
