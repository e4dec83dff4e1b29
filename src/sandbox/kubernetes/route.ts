import { rootOf } from "./discovery.ts";
import { RESOURCES, type Resource } from "./resource.ts";
import { noSuchResource } from "./status.ts";

/** What a path of the API is about. */
export interface Route {
  readonly resource: Resource;
  /** Empty: all of them, or one of the whole cluster. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  readonly scale: boolean;
}

/** Throws NotFound for a path that names no resource. */
export function routeOf(path: string): Route {
  const group = GROUPS.find((one) => path.startsWith(`${rootOf(one)}/`));
  if (group === undefined) throw noSuchResource();
  const parts = path
    .slice(rootOf(group).length + 1)
    .split("/")
    .map(decode);
  const inNamespace = parts[0] === "namespaces" && parts.length > 2;
  const namespace = inNamespace ? (parts[1] ?? "") : "";
  const [plural, name = "", subresource, ...rest] = inNamespace ? parts.slice(2) : parts;
  const resource = RESOURCES.find((one) => one.group === group && one.plural === plural);
  const known = subresource === undefined || (subresource === "scale" && resource?.scale === true);
  if (!resource || !known || rest.length > 0) throw noSuchResource();
  if (inNamespace !== resource.namespaced && (inNamespace || name !== "")) throw noSuchResource();
  return { resource, namespace, name, scale: subresource !== undefined };
}

const GROUPS = [...new Set(RESOURCES.map(({ group }) => group))];

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw noSuchResource();
  }
}
