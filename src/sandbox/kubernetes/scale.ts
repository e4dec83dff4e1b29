import {
  type Draft,
  fieldAt,
  type KubeObject,
  numberAt,
  pairsAt,
  recordAt,
  textAt,
} from "./kube-object.ts";
import { DEPLOYMENTS, type Resource } from "./resource.ts";
import { badRequest } from "./status.ts";
import { validate } from "./validation.ts";
import type { World } from "./world.ts";
import { find, type Place, replace, type WriteOptions } from "./write.ts";

/** The Scale of a Deployment. As in the real one, zero replicas are left out. */
export function renderScale(deployment: KubeObject): KubeObject {
  const { name, uid, resourceVersion, creationTimestamp } = deployment.metadata;
  const namespace = textAt(deployment, "metadata.namespace");
  const replicas = numberAt(deployment, "spec.replicas");
  const selector = pairsAt(deployment, "spec.selector.matchLabels");
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(replicas > 0 && { replicas }) },
    status: { replicas: numberAt(deployment, "status.replicas"), selector },
  };
}

/** Makes the Deployment as large as the Scale says, if it still has the Scale's version. */
export function applyScale(
  world: World,
  place: Place,
  { next, dryRun }: WriteOptions & { readonly next: Draft },
): KubeObject {
  const before = find(world, place);
  if (textAt(next, "metadata.name") !== place.name)
    throw badRequest("the name of the object does not match the name on the URL");
  validate(SCALE, next, undefined);
  const { uid, resourceVersion } = recordAt(next, "metadata");
  const metadata = {
    ...before.metadata,
    resourceVersion: "",
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
  const spec = { ...recordAt(before, "spec"), replicas: fieldAt(next, "spec.replicas") ?? 0 };
  return renderScale(replace(world, place, { next: { ...before, metadata, spec }, dryRun }));
}

/** Not a resource of its own: for its messages. */
const SCALE: Resource = { ...DEPLOYMENTS, group: "autoscaling", kind: "Scale", scale: false };
