import type { JsonObject } from "../../domain/json.ts";
import { type Draft, fieldAt, type KubeObject, listAt, recordAt, textAt } from "./kube-object.ts";

/** A new pod of the Deployment, on a node, not started yet. */
export function renderPod(
  deployment: KubeObject,
  place: { readonly suffix: string; readonly node: string; readonly now: string },
): Draft {
  const { name, uid } = deployment.metadata;
  const template = recordAt(deployment, "spec.template");
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name, uid };
  const containers = listAt(template, "spec.containers");
  const conditions = [{ type: "PodScheduled", status: "True", lastTransitionTime: place.now }];
  return {
    metadata: {
      ...recordAt(template, "metadata"),
      name: `${name}-${place.suffix}`,
      namespace: textAt(deployment, "metadata.namespace"),
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: { ...recordAt(template, "spec"), nodeName: place.node },
    status: {
      phase: "Pending",
      conditions,
      startTime: place.now,
      containerStatuses: containers.map((container) => ({
        ...statusOf(container, false),
        state: { waiting: { reason: "ContainerCreating" } },
      })),
    },
  };
}

/** The pod as it is once it serves. */
export function startedPod(
  pod: KubeObject,
  { address, now }: { readonly address: string; readonly now: string },
): Draft {
  const types = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];
  const conditions = types.map((type) => ({ type, status: "True", lastTransitionTime: now }));
  return {
    ...pod,
    status: {
      phase: "Running",
      conditions,
      startTime: textAt(pod, "status.startTime"),
      podIP: address,
      podIPs: [{ ip: address }],
      containerStatuses: listAt(pod, "spec.containers").map((container) => ({
        ...statusOf(container, true),
        state: { running: { startedAt: now } },
      })),
    },
  };
}

export function isReady(pod: KubeObject): boolean {
  return listAt(pod, "status.conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
}

function statusOf(container: JsonObject[string], ready: boolean): JsonObject {
  const image = fieldAt(container, "image") ?? "";
  return { name: textAt(container, "name"), image, ready, started: ready, restartCount: 0 };
}
