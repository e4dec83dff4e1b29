import { resolve } from "node:path";
import type { Access } from "../adapters/kubernetes/access.ts";
import { IN_CLUSTER, loadInCluster } from "../adapters/kubernetes/in-cluster.ts";
import { loadAccess, type PluginRule } from "../adapters/kubernetes/kubeconfig.ts";
import type { Environment } from "./config-secret.ts";

/** What the config says of the way to one cluster; of its own, without a context. */
interface ClusterWay {
  readonly kubeconfig: string;
  readonly context?: string | undefined;
  readonly execPlugin?: PluginRule["allowed"];
}

export interface WayTools {
  readonly env: Environment;
  /** Absent: an exec plug-in is looked for, and not run. */
  readonly run?: PluginRule["run"];
}

/** Rejects with GL_KUBECONFIG and all that is wrong. */
export async function loadWay(
  { kubeconfig, context = "", execPlugin }: ClusterWay,
  { env, run }: WayTools,
): Promise<Access> {
  if (kubeconfig === IN_CLUSTER) return await loadInCluster(env);
  return await loadAccess(kubeconfig, context, { allowed: execPlugin, env, run });
}

/** The file, from the config's directory; `in-cluster` is none. */
export function kubeconfigPath(given: string, directory: string): string {
  return given === IN_CLUSTER ? given : resolve(directory, given);
}
