import type { DeploymentRef } from "./deployment-controller.ts";
import { KUBERNETES_VERSION } from "./discovery.ts";
import type { Draft } from "./kube-object.ts";
import { DEPLOYMENTS, NAMESPACES, NODES, SERVICES } from "./resource.ts";
import type { World } from "./world.ts";

export interface Seed {
  /** Names the nodes. */
  readonly cluster: string;
  readonly replicas: number;
  readonly shopPort: number;
}

/** The Deployment of the shop. */
export const SHOP: DeploymentRef = { namespace: "default", name: "shop" };

/** What is there from the start: two namespaces, two nodes, the shop's Deployment and Service. */
export function sow(world: World, { cluster, replicas, shopPort }: Seed, now: string): void {
  for (const name of ["default", "kube-system"])
    world.create(NAMESPACES, {
      metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  for (const [index, role] of ["control-plane", "worker"].entries())
    world.create(NODES, nodeOf(`${cluster}-${role}`, { role, index, now }));
  world.create(SERVICES, serviceOf(shopPort));
  world.create(DEPLOYMENTS, deploymentOf(replicas, shopPort));
}

function nodeOf(
  name: string,
  { role, index, now }: { role: string; index: number; now: string },
): Draft {
  const labels = {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    ...(role === "control-plane" && { "node-role.kubernetes.io/control-plane": "" }),
  };
  const address = `10.0.0.${index + 2}`;
  const resources = { cpu: "4", memory: "8Gi", pods: "110" };
  return {
    metadata: { name, labels },
    spec: { podCIDR: `10.244.${index}.0/24` },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          lastHeartbeatTime: now,
          lastTransitionTime: now,
          message: "kubelet is posting ready status",
        },
      ],
      addresses: [
        { type: "InternalIP", address },
        { type: "Hostname", address: name },
      ],
      nodeInfo: {
        kubeletVersion: KUBERNETES_VERSION,
        operatingSystem: "linux",
        osImage: "Greenlight sandbox",
        containerRuntimeVersion: "containerd://2.0.0",
        architecture: "amd64",
      },
    },
  };
}

function serviceOf(port: number): Draft {
  return {
    metadata: { ...SHOP, labels: LABELS },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.80",
      clusterIPs: ["10.96.0.80"],
      selector: LABELS,
      ports: [{ name: "http", port, protocol: "TCP", targetPort: port }],
      sessionAffinity: "None",
    },
    status: { loadBalancer: {} },
  };
}

function deploymentOf(replicas: number, containerPort: number): Draft {
  const ports = [{ name: "http", containerPort, protocol: "TCP" }];
  const container = { name: "shop", image: "registry.sandbox.test/shop:1.0", ports };
  return {
    metadata: {
      ...SHOP,
      labels: LABELS,
      annotations: { "deployment.kubernetes.io/revision": "1" },
    },
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: { containers: [container], restartPolicy: "Always" },
      },
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" },
      },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
  };
}

const LABELS = { app: "shop" };
