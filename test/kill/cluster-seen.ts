import { readFileSync } from "node:fs";
import { Agent } from "undici";
import { parse } from "yaml";
import type { SandboxDescription } from "../../src/sandbox/sandbox-file.ts";
import { callJson } from "./json-call.ts";
import { readZone, type ZoneSeen } from "./zone.ts";

export interface Pair {
  readonly epoch: number;
  readonly sequence: number;
}

/** What a cluster and the name server really hold, asked of them and of nobody else. */
export interface ClusterSeen {
  /** Its Service. */
  readonly way: Pair & { readonly selector: string };
  readonly workload: Pair & { readonly generation: number; readonly replicas: number };
  readonly lease: (Pair & { readonly primary: string }) | undefined;
  readonly store: Pair & { readonly role: string };
  /** Who its Service selects. */
  readonly selector: Readonly<Record<string, string>>;
  readonly zone: ZoneSeen;
}

export async function readCluster(
  cluster: "blue" | "green",
  { kubeconfig, store, dns }: SandboxDescription,
  storeToken: string,
): Promise<ClusterSeen> {
  const ask = openApi(kubeconfig, cluster);
  try {
    const workload = await ask("/apis/apps/v1/namespaces/default/deployments/shop");
    const way = await ask("/api/v1/namespaces/default/services/shop");
    const service = await ask("/api/v1/namespaces/default/services/shop");
    const leases = await ask("/apis/coordination.k8s.io/v1/namespaces/default/leases");
    const lease = leases.items?.find(({ metadata }) => metadata.name === "greenlight-shop");
    const { role, epoch, sequence } = await callJson<Pair & { readonly role: string }>(
      `${store[cluster]}/status`,
      { headers: { authorization: `Bearer ${storeToken}` } },
    );
    return {
      way: { ...pairOf(way), selector: JSON.stringify(way.spec?.selector) },
      workload: {
        ...pairOf(workload),
        generation: workload.metadata.generation ?? 0,
        replicas: workload.spec?.replicas ?? 0,
      },
      lease: lease && { ...pairOf(lease), primary: annotation(lease, "primary") },
      store: { role, epoch, sequence },
      selector: service.spec?.selector ?? {},
      zone: await readZone(dns.address),
    };
  } finally {
    await ask.close();
  }
}

interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly generation?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, string>>;
  };
  readonly items?: readonly KubeObject[];
}

function pairOf(object: KubeObject): Pair {
  const count = (name: string) => Number(annotation(object, name) || 0);
  return { epoch: count("epoch"), sequence: count("sequence") };
}

function annotation({ metadata: { annotations } }: KubeObject, name: string): string {
  return annotations?.[`greenlight.dev/${name}`] ?? "";
}

function openApi(kubeconfig: string, named: string) {
  const file = parse(readFileSync(kubeconfig, "utf8"));
  const isMeant = ({ name }: { readonly name: string }) => name === named;
  const { cluster } = file.clusters.find(isMeant);
  const { token } = file.users.find(isMeant).user;
  const ca = Buffer.from(cluster["certificate-authority-data"], "base64");
  const dispatcher = new Agent({ connect: { ca } });
  const headers = { authorization: `Bearer ${token}` };
  const ask = (path: string) =>
    callJson<KubeObject>(cluster.server + path, { dispatcher, headers });
  return Object.assign(ask, { close: () => dispatcher.destroy() });
}
