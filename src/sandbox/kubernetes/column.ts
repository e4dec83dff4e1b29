import type { Json } from "../../domain/json.ts";
import { ageOf } from "./age.ts";
import {
  fieldAt,
  type KubeObject,
  listAt,
  numberAt,
  pairsAt,
  recordAt,
  scalarText,
  textAt,
} from "./kube-object.ts";
import type { Resource } from "./resource.ts";

export interface Column {
  readonly name: string;
  readonly cell: (object: KubeObject, wallMs: number) => Json;
  /** Only with `-o wide`. */
  readonly wide?: true;
}

/** What `kubectl get` shows of each kind. */
export function columnsOf({ kind }: Resource): readonly Column[] {
  return [NAME, ...(COLUMNS[kind] ?? []), AGE, ...(AFTER_AGE[kind] ?? [])];
}

const NAME: Column = { name: "Name", cell: ({ metadata }) => metadata.name };

const AGE: Column = {
  name: "Age",
  cell: ({ metadata }, wallMs) => ageOf(metadata.creationTimestamp, wallMs),
};

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Deployment: [
    {
      name: "Ready",
      cell: (it) => `${numberAt(it, "status.readyReplicas")}/${numberAt(it, "spec.replicas")}`,
    },
    { name: "Up-to-date", cell: (it) => numberAt(it, "status.updatedReplicas") },
    { name: "Available", cell: (it) => numberAt(it, "status.availableReplicas") },
  ],
  ReplicaSet: [
    { name: "Desired", cell: (it) => numberAt(it, "spec.replicas") },
    { name: "Current", cell: (it) => numberAt(it, "status.replicas") },
    { name: "Ready", cell: (it) => numberAt(it, "status.readyReplicas") },
  ],
  Pod: [
    { name: "Ready", cell: readyContainers },
    { name: "Status", cell: podStatus },
    { name: "Restarts", cell: () => 0 },
  ],
  Node: [
    { name: "Status", cell: (it) => (conditionOf(it, "Ready") === "True" ? "Ready" : "NotReady") },
    { name: "Roles", cell: rolesOf },
  ],
  Service: [
    { name: "Type", cell: (it) => textAt(it, "spec.type") },
    { name: "Cluster-IP", cell: (it) => textAt(it, "spec.clusterIP") || "<none>" },
    {
      name: "External-IP",
      cell: (it) => listAt(it, "spec.externalIPs").map(scalarText).join(",") || "<none>",
    },
    { name: "Port(s)", cell: (it) => listAt(it, "spec.ports").map(portOf).join(",") },
  ],
  HorizontalPodAutoscaler: [
    {
      name: "Reference",
      cell: (it) =>
        `${textAt(it, "spec.scaleTargetRef.kind")}/${textAt(it, "spec.scaleTargetRef.name")}`,
    },
    { name: "Targets", cell: () => "<none>" },
    { name: "MinPods", cell: (it) => scalarText(fieldAt(it, "spec.minReplicas")) || "<unset>" },
    { name: "MaxPods", cell: (it) => numberAt(it, "spec.maxReplicas") },
    { name: "Replicas", cell: (it) => numberAt(it, "status.currentReplicas") },
  ],
  Ingress: [
    { name: "Class", cell: (it) => textAt(it, "spec.ingressClassName") || "<none>" },
    {
      name: "Hosts",
      cell: (it) =>
        listAt(it, "spec.rules")
          .map((rule) => textAt(rule, "host") || "*")
          .join(",") || "*",
    },
    { name: "Address", cell: () => "" },
    { name: "Ports", cell: (it) => (listAt(it, "spec.tls").length > 0 ? "80, 443" : "80") },
  ],
  Namespace: [{ name: "Status", cell: (it) => textAt(it, "status.phase") }],
  Lease: [{ name: "Holder", cell: (it) => textAt(it, "spec.holderIdentity") }],
  Event: [
    { name: "Type", cell: (it) => textAt(it, "type") },
    { name: "Reason", cell: (it) => textAt(it, "reason") },
    { name: "Message", cell: (it) => textAt(it, "message") },
  ],
};

const AFTER_AGE: Readonly<Record<string, readonly Column[]>> = {
  Deployment: [
    { name: "Containers", cell: (it) => containersOf(it, "name"), wide: true },
    { name: "Images", cell: (it) => containersOf(it, "image"), wide: true },
    {
      name: "Selector",
      cell: (it) => pairsAt(it, "spec.selector.matchLabels") || "<none>",
      wide: true,
    },
  ],
  Pod: [
    { name: "IP", cell: (it) => textAt(it, "status.podIP") || "<none>", wide: true },
    { name: "Node", cell: (it) => textAt(it, "spec.nodeName") || "<none>", wide: true },
  ],
  Node: [
    { name: "Version", cell: (it) => textAt(it, "status.nodeInfo.kubeletVersion") },
    { name: "Internal-IP", cell: addressOf, wide: true },
  ],
  Service: [
    { name: "Selector", cell: (it) => pairsAt(it, "spec.selector") || "<none>", wide: true },
  ],
};

function readyContainers(pod: KubeObject): string {
  const statuses = listAt(pod, "status.containerStatuses");
  const ready = statuses.filter((status) => fieldAt(status, "ready") === true);
  return `${ready.length}/${listAt(pod, "spec.containers").length}`;
}

function podStatus(pod: KubeObject): string {
  const waiting = listAt(pod, "status.containerStatuses")
    .map((status) => textAt(status, "state.waiting.reason"))
    .find(Boolean);
  return waiting ?? (textAt(pod, "status.phase") || "Pending");
}

function conditionOf(object: KubeObject, type: string): string {
  const all = listAt(object, "status.conditions");
  return textAt(
    all.find((condition) => textAt(condition, "type") === type),
    "status",
  );
}

function rolesOf(node: KubeObject): string {
  const prefix = "node-role.kubernetes.io/";
  const labels = Object.keys(recordAt(node, "metadata.labels"));
  const roles = labels.filter((label) => label.startsWith(prefix));
  return roles.map((label) => label.slice(prefix.length)).join(",") || "<none>";
}

function addressOf(node: KubeObject): string {
  const all = listAt(node, "status.addresses");
  return (
    textAt(
      all.find((one) => textAt(one, "type") === "InternalIP"),
      "address",
    ) || "<none>"
  );
}

function portOf(port: Json): string {
  return `${numberAt(port, "port")}/${textAt(port, "protocol") || "TCP"}`;
}

function containersOf(object: KubeObject, key: "name" | "image"): string {
  const containers = listAt(object, "spec.template.spec.containers");
  return containers.map((container) => textAt(container, key)).join(",");
}
