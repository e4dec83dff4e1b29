import type { JsonObject } from "../../src/domain/json.ts";

/** Of two hosts; only the first path is the shop's. */
export const RULES: readonly JsonObject[] = [
  {
    host: "shop.example.com",
    http: { paths: [pathTo("/", "shop"), pathTo("/api", "api"), pathTo("/pay", "shop")] },
  },
  { host: "www.example.com", http: { paths: [pathTo("/", "shop")] } },
];

export const INGRESS_SPEC = { ingressClassName: "public", rules: RULES };

/** An Ingress of that name, as someone would create it. */
export function ingressOf(name: string, namespace: string): JsonObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace, annotations: { "example.com/owner": "platform" } },
    spec: INGRESS_SPEC,
  };
}

function pathTo(path: string, name: string): JsonObject {
  return { path, pathType: "Prefix", backend: { service: { name, port: { number: 80 } } } };
}

/** How the driver is told of it. */
export const SHOP_INGRESS = {
  driver: "ingress",
  namespace: "default",
  ingress: "shop",
  host: "shop.example.com",
  path: "/",
  service: "shop",
  instead: "away",
} as const;
