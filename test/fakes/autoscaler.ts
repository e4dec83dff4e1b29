import type { JsonObject } from "../../src/domain/json.ts";

/** A HorizontalPodAutoscaler of that Deployment, with its name, as someone would create it. */
export function autoscalerOf(
  deployment: string,
  bounds: { readonly minReplicas: number; readonly maxReplicas: number },
): JsonObject {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: deployment };
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: deployment, namespace: "default" },
    spec: { scaleTargetRef, ...bounds },
  };
}
