import type { JsonObject } from "../../domain/json.ts";
import { RESOURCES, type Resource, VERSION } from "./resource.ts";

/**
 * What the server can do, by path. Clients that ask for the aggregated form first take this one, for
 * they accept it too.
 */
export function renderDiscovery(path: string): JsonObject | undefined {
  return DISCOVERY.get(path);
}

/** The version that the cluster says it is. */
export const KUBERNETES_VERSION = "v1.33.1";

const GROUPS = [...new Set(RESOURCES.map(({ group }) => group))].filter((group) => group !== "");
const VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"];

const DISCOVERY: ReadonlyMap<string, JsonObject> = new Map([
  ["/version", renderVersion()],
  ["/api", { kind: "APIVersions", versions: [VERSION], serverAddressByClientCIDRs: [] }],
  ["/apis", { kind: "APIGroupList", apiVersion: "v1", groups: GROUPS.map(renderGroup) }],
  ...GROUPS.map(
    (group) =>
      [`/apis/${group}`, { kind: "APIGroup", apiVersion: "v1", ...renderGroup(group) }] as const,
  ),
  ...["", ...GROUPS].map((group) => [rootOf(group), renderResources(group)] as const),
]);

/** `/api/v1` or `/apis/apps/v1`. */
export function rootOf(group: string): string {
  return group === "" ? `/api/${VERSION}` : `/apis/${group}/${VERSION}`;
}

function renderVersion(): JsonObject {
  const [major = "", minor = ""] = KUBERNETES_VERSION.slice(1).split(".");
  return {
    major,
    minor,
    gitVersion: KUBERNETES_VERSION,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "2025-05-15T00:00:00Z",
    goVersion: "",
    compiler: "",
    platform: "linux/amd64",
  };
}

function renderGroup(name: string): JsonObject {
  const version = { groupVersion: `${name}/${VERSION}`, version: VERSION };
  return { name, versions: [version], preferredVersion: version };
}

function renderResources(group: string): JsonObject {
  const own = RESOURCES.filter((resource) => resource.group === group);
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: group === "" ? VERSION : `${group}/${VERSION}`,
    resources: own.flatMap((resource) => [renderResource(resource), ...renderScaleOf(resource)]),
  };
}

function renderResource(resource: Resource): JsonObject {
  const { plural, singular, kind, namespaced, shortNames } = resource;
  const categories = ["Pod", "Service", "Deployment", "ReplicaSet"].includes(kind) ? ["all"] : [];
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: VERBS,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

function* renderScaleOf({ plural, namespaced, scale }: Resource): Generator<JsonObject> {
  if (!scale) return;
  yield {
    name: `${plural}/scale`,
    singularName: "",
    namespaced,
    group: "autoscaling",
    version: VERSION,
    kind: "Scale",
    verbs: ["get", "patch", "update"],
  };
}
