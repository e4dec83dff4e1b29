import type { JsonObject } from "../../domain/json.ts";
import { apiVersionOf, RESOURCES, type Resource } from "./resource.ts";

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
/** What `kubectl get all` asks for. */
const ALL = new Set(["Pod", "Service", "Deployment", "ReplicaSet", "HorizontalPodAutoscaler"]);
const VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"];

const DISCOVERY: ReadonlyMap<string, JsonObject> = new Map([
  ["/version", renderVersion()],
  ["/api", { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] }],
  ["/apis", { kind: "APIGroupList", apiVersion: "v1", groups: GROUPS.map(renderGroup) }],
  ...GROUPS.map(
    (group) =>
      [`/apis/${group}`, { kind: "APIGroup", apiVersion: "v1", ...renderGroup(group) }] as const,
  ),
  ...["", ...GROUPS].map((group) => [rootOf(group), renderResources(group)] as const),
]);

/** `/api/v1` or `/apis/apps/v1`. */
export function rootOf(group: string): string {
  return `${group === "" ? "/api" : "/apis"}/${groupVersionOf(group)}`;
}

/** `apps/v1`; of the core group, `v1`. */
function groupVersionOf(group: string): string {
  const own = RESOURCES.find((resource) => resource.group === group);
  return own ? apiVersionOf(own) : "v1";
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
  const groupVersion = groupVersionOf(name);
  const version = { groupVersion, version: groupVersion.slice(name.length + 1) };
  return { name, versions: [version], preferredVersion: version };
}

function renderResources(group: string): JsonObject {
  const own = RESOURCES.filter((resource) => resource.group === group);
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersionOf(group),
    resources: own.flatMap((resource) => [renderResource(resource), ...renderScaleOf(resource)]),
  };
}

function renderResource(resource: Resource): JsonObject {
  const { plural, singular, kind, namespaced, shortNames } = resource;
  const categories = ALL.has(kind) ? ["all"] : [];
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
    version: "v1",
    kind: "Scale",
    verbs: ["get", "patch", "update"],
  };
}
