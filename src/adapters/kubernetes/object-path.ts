import type { Collection, Ref } from "../../engine/ports/cluster.ts";

/** `/apis/apps/v1/namespaces/default/deployments`, `/api/v1/namespaces/default/services` */
export function collectionPath({ apiVersion, kind, namespace }: Collection): string {
  const root = apiVersion.includes("/") ? "apis" : "api";
  return `/${root}/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${PLURALS[kind]}`;
}

/** `/apis/apps/v1/namespaces/default/deployments/shop` */
export function objectPath(ref: Ref): string {
  return `${collectionPath(ref)}/${encodeURIComponent(ref.name)}`;
}

const PLURALS: Readonly<Record<Ref["kind"], string>> = {
  Deployment: "deployments",
  Service: "services",
  HorizontalPodAutoscaler: "horizontalpodautoscalers",
  Ingress: "ingresses",
};
