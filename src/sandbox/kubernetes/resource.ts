/** A kind of object that the API server knows. All of them have all verbs. */
export interface Resource {
  /** Empty: the core group. */
  readonly group: string;
  /** The only one of its group. */
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** The controllers' part: a client's write of the object leaves it as it is. */
  readonly status: boolean;
  readonly scale: boolean;
  /** A PUT may leave out the resourceVersion, and then replaces whatever is there. */
  readonly unconditionalUpdate: boolean;
  /** A PUT of what is not there creates it. */
  readonly createOnUpdate: boolean;
}

const COMMON = {
  group: "",
  version: "v1",
  namespaced: true,
  status: true,
  scale: false,
  unconditionalUpdate: true,
  createOnUpdate: false,
} as const;

export const NAMESPACES: Resource = {
  ...COMMON,
  plural: "namespaces",
  singular: "namespace",
  kind: "Namespace",
  shortNames: ["ns"],
  namespaced: false,
};

export const NODES: Resource = {
  ...COMMON,
  plural: "nodes",
  singular: "node",
  kind: "Node",
  shortNames: ["no"],
  namespaced: false,
};

export const PODS: Resource = {
  ...COMMON,
  plural: "pods",
  singular: "pod",
  kind: "Pod",
  shortNames: ["po"],
};

export const SERVICES: Resource = {
  ...COMMON,
  plural: "services",
  singular: "service",
  kind: "Service",
  shortNames: ["svc"],
};

const EVENTS: Resource = {
  ...COMMON,
  plural: "events",
  singular: "event",
  kind: "Event",
  shortNames: ["ev"],
  status: false,
};

export const DEPLOYMENTS: Resource = {
  ...COMMON,
  group: "apps",
  plural: "deployments",
  singular: "deployment",
  kind: "Deployment",
  shortNames: ["deploy"],
  scale: true,
};

const REPLICA_SETS: Resource = {
  ...COMMON,
  group: "apps",
  plural: "replicasets",
  singular: "replicaset",
  kind: "ReplicaSet",
  shortNames: ["rs"],
};

export const AUTOSCALERS: Resource = {
  ...COMMON,
  group: "autoscaling",
  version: "v2",
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  kind: "HorizontalPodAutoscaler",
  shortNames: ["hpa"],
};

export const INGRESSES: Resource = {
  ...COMMON,
  group: "networking.k8s.io",
  plural: "ingresses",
  singular: "ingress",
  kind: "Ingress",
  shortNames: ["ing"],
};

export const LEASES: Resource = {
  ...COMMON,
  group: "coordination.k8s.io",
  plural: "leases",
  singular: "lease",
  kind: "Lease",
  shortNames: [],
  status: false,
  unconditionalUpdate: false,
  createOnUpdate: true,
};

export const RESOURCES: readonly Resource[] = [
  NAMESPACES,
  NODES,
  PODS,
  SERVICES,
  EVENTS,
  DEPLOYMENTS,
  REPLICA_SETS,
  AUTOSCALERS,
  INGRESSES,
  LEASES,
];

/** `apps/v1`, or `v1`. */
export function apiVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** `deployments.apps`, or `pods`. */
export function groupResourceOf({ group, plural }: Resource): string {
  return group === "" ? plural : `${plural}.${group}`;
}
