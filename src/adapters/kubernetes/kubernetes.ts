import type { Clock } from "../../engine/ports/clock.ts";
import type { Cluster } from "../../engine/ports/cluster.ts";
import type { Leases } from "../../engine/ports/lease.ts";
import type { Access } from "./access.ts";
import { ApiClient } from "./api-client.ts";
import { KubernetesCluster } from "./cluster.ts";
import { KubernetesLeases } from "./leases.ts";

/** One cluster, seen from one local address, over connections of its own. */
export interface Kubernetes {
  readonly cluster: Cluster;
  readonly leases: Leases;
  close(): Promise<void>;
}

export interface KubernetesOptions {
  readonly clock: Clock;
  /** Bounds each request: well below the deadline of a step. */
  readonly timeoutMs?: number;
  /** How long one watch lasts before it is begun anew; a hung one is found by it. At most 30 s. */
  readonly watchMs?: number;
  readonly localAddress?: string;
  readonly leaseNamespace?: string;
}

/** Opens no connection before the first call. */
export function createKubernetes(
  access: Access,
  {
    clock,
    timeoutMs = 1_000,
    watchMs = 10_000,
    localAddress,
    leaseNamespace = "default",
  }: KubernetesOptions,
): Kubernetes {
  const client = new ApiClient(access, {
    clock,
    timeoutMs,
    ...(localAddress !== undefined && { localAddress }),
  });
  return {
    cluster: new KubernetesCluster(client, { watchMs }),
    leases: new KubernetesLeases(client, { namespace: leaseNamespace }),
    close: () => client.close(),
  };
}
