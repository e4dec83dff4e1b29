import { resolve } from "node:path";
import type { Access } from "../adapters/kubernetes/access.ts";
import { IN_CLUSTER, loadInCluster } from "../adapters/kubernetes/in-cluster.ts";
import { loadAccess } from "../adapters/kubernetes/kubeconfig.ts";
import { environment } from "./environment.ts";

/** What the config says of the way to one cluster; of its own, without a context. */
interface ClusterWay {
  readonly kubeconfig: string;
  readonly context?: string | undefined;
}

/** Rejects with GL_KUBECONFIG and all that is wrong. */
export async function loadWay({ kubeconfig, context = "" }: ClusterWay): Promise<Access> {
  if (kubeconfig === IN_CLUSTER) return await loadInCluster(environment);
  return await loadAccess(kubeconfig, context);
}

/** The file, from the config's directory; `in-cluster` is none. */
export function kubeconfigPath(given: string, directory: string): string {
  return given === IN_CLUSTER ? given : resolve(directory, given);
}
