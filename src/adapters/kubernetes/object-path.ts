import type { Ref } from "../../engine/ports/cluster.ts";

/** `/apis/apps/v1/namespaces/default/deployments` */
export function collectionPath({ apiVersion, kind, namespace }: Omit<Ref, "name">): string {
  return `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${PLURALS[kind]}`;
}

/** `/apis/apps/v1/namespaces/default/deployments/shop` */
export function objectPath(ref: Ref): string {
  return `${collectionPath(ref)}/${encodeURIComponent(ref.name)}`;
}

const PLURALS: Readonly<Record<Ref["kind"], string>> = { Deployment: "deployments" };
