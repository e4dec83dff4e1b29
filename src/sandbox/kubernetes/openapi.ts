import type { JsonObject } from "../../domain/json.ts";
import { KUBERNETES_VERSION, rootOf } from "./discovery.ts";
import { RESOURCES, type Resource } from "./resource.ts";

/**
 * The little of `/openapi/v3` that kubectl reads before it creates or applies: that the server
 * checks fields itself. It has no schemas, so `kubectl explain` finds nothing.
 */
export function renderOpenApi(path: string): JsonObject | undefined {
  if (path === "/openapi/v3") return { paths: Object.fromEntries(GROUPS.map(renderEntry)) };
  const group = GROUPS.find((one) => path === `/openapi/v3${rootOf(one)}`);
  return group === undefined ? undefined : renderGroup(group);
}

const GROUPS = [...new Set(RESOURCES.map(({ group }) => group))];

function renderEntry(group: string): readonly [string, JsonObject] {
  const root = rootOf(group);
  return [root.slice(1), { serverRelativeURL: `/openapi/v3${root}` }];
}

function renderGroup(group: string): JsonObject {
  const own = RESOURCES.filter((resource) => resource.group === group);
  return {
    openapi: "3.0.0",
    components: { schemas: {} },
    info: { title: "Kubernetes", version: KUBERNETES_VERSION },
    paths: Object.fromEntries(
      own.map((resource) => [pathOf(resource), { patch: operation(resource) }]),
    ),
  };
}

function pathOf({ group, plural, namespaced }: Resource): string {
  return `${rootOf(group)}/${namespaced ? "namespaces/{namespace}/" : ""}${plural}/{name}`;
}

function operation({ group, version, kind }: Resource): JsonObject {
  const parameters = ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
    name,
    in: "query",
    schema: { type: name === "force" ? "boolean" : "string", uniqueItems: true },
  }));
  return {
    "x-kubernetes-action": "patch",
    "x-kubernetes-group-version-kind": { group, version, kind },
    parameters,
    responses: { "200": { description: "OK" } },
  };
}
