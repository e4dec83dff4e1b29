import type { Json, JsonObject } from "../../domain/json.ts";
import { fieldAt, type KubeObject, listAt, numberAt, textAt } from "./kube-object.ts";

export interface PodCount {
  readonly pods: number;
  readonly ready: number;
}

/** What its controller says of a Deployment that has so many pods. As in the real one, zeros are left out. */
export function renderDeploymentStatus(
  deployment: KubeObject,
  { pods, ready }: PodCount,
  now: string,
): JsonObject {
  const wanted = numberAt(deployment, "spec.replicas");
  const missing = wanted - ready;
  const enough = ready >= wanted - Math.floor(wanted * MAX_UNAVAILABLE);
  const done = missing === 0 && pods === wanted;
  const conditions = [
    enough
      ? condition(
          "Available",
          "True",
          "MinimumReplicasAvailable",
          "Deployment has minimum availability.",
        )
      : condition(
          "Available",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.",
        ),
    done
      ? condition(
          "Progressing",
          "True",
          "NewReplicaSetAvailable",
          "Deployment has successfully progressed.",
        )
      : condition("Progressing", "True", "ReplicaSetUpdated", "Deployment is progressing."),
  ];
  const counts = {
    replicas: pods,
    updatedReplicas: pods,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, missing),
  };
  return {
    observedGeneration: numberAt(deployment, "metadata.generation"),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    conditions: conditions.map((next) => withTimes(next, deployment, now)),
  };
}

function condition(type: string, status: string, reason: string, message: string): JsonObject {
  return { type, status, reason, message };
}

/** Keeps the times of a condition that is as it was. */
function withTimes(next: JsonObject, deployment: KubeObject, now: string): JsonObject {
  const before = listAt(deployment, "status.conditions").find(
    (one) => textAt(one, "type") === next["type"],
  );
  const same = (key: string) => fieldAt(before, key) === next[key];
  const kept = (key: string, keep: boolean): Json => (keep && fieldAt(before, key)) || now;
  return {
    ...next,
    lastUpdateTime: kept("lastUpdateTime", same("status") && same("reason")),
    lastTransitionTime: kept("lastTransitionTime", same("status")),
  };
}

/** The share of the pods that may be missing: the default strategy's. */
const MAX_UNAVAILABLE = 0.25;
