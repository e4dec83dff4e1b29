import type { JsonObject } from "../../src/domain/json.ts";

const LABELS = { app: "shop" };

/** Without http or tcp probes: a hollow kubelet would really ask the made-up address of the pod. */
export function shopDeployment(replicas: number): JsonObject {
  const containers = [{ name: "shop", image: "registry.example.com/shop:1.0" }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "shop", labels: LABELS },
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        // What is scaled down is gone at once.
        spec: { containers, terminationGracePeriodSeconds: 0 },
      },
    },
  };
}

export function shopService(): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "shop", labels: LABELS },
    spec: { selector: LABELS, ports: [{ port: 80 }] },
  };
}
