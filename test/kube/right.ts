import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { JsonObject } from "../../src/domain/json.ts";
import { eventually } from "../fakes/until.ts";
import type { Admin } from "./admin.ts";

const FILE = join(import.meta.dirname, "..", "..", "config", "deploy", "role.yaml");

/** One right of one of the Roles that are shipped. */
export interface Right {
  readonly role: string;
  readonly resource: string;
  readonly verb: string;
}

/** All of them. */
export async function rightsShipped(): Promise<readonly Right[]> {
  const roles = (await objectsShipped()).filter(({ kind }) => kind === "Role");
  return roles.flatMap(({ metadata, rules = [] }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({ role: metadata.name, resource, verb })),
      ),
    ),
  );
}

/**
 * Creates what is shipped, with both Roles in that namespace in the place of their own, and without
 * the one right. Answers a token of the ServiceAccount.
 */
export async function grant(admin: Admin, namespace: string, without?: Right): Promise<string> {
  for (const { kind, metadata, rules, ...rest } of await objectsShipped()) {
    if (kind === "Namespace") continue;
    const body = {
      ...rest,
      kind,
      metadata: { ...metadata, namespace },
      ...(rules && { rules: rules.map((rule) => reduced(rule, metadata.name, without)) }),
      ...("subjects" in rest && { subjects: [{ kind: ACCOUNT, name: "greenlight", namespace }] }),
    };
    await admin.ask("POST", pathOf(kind, namespace), body as JsonObject);
  }
  await eventually(() => isInForce(admin, namespace, without), { withinMs: 10_000, everyMs: 10 });
  return await admin.tokenOf(namespace, "greenlight");
}

/** The server's own authorizer hears of Roles and bindings one after the other: ask for the last. */
async function isInForce(admin: Admin, namespace: string, without?: Right): Promise<boolean> {
  const verb = without?.resource === "leases" && without.verb === "get" ? "patch" : "get";
  const lease = { group: "coordination.k8s.io", resource: "leases", name: "greenlight-shop" };
  const resourceAttributes = { ...lease, namespace, verb };
  const user = `system:serviceaccount:${namespace}:greenlight`;
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const { status } = await admin.ask("POST", path, { spec: { user, resourceAttributes } });
  return (status as JsonObject)["allowed"] === true;
}

function reduced(rule: Rule, role: string, without: Right | undefined): Rule {
  if (without?.role !== role || !rule.resources.includes(without.resource)) return rule;
  const verbs = rule.verbs.filter((verb) => verb !== without.verb);
  // A rule must have a verb.
  return { ...rule, verbs: verbs.length > 0 ? verbs : ["deletecollection"] };
}

function pathOf(kind: string, namespace: string): string {
  if (kind === ACCOUNT) return `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const plural = { Role: "roles", RoleBinding: "rolebindings" }[kind] ?? kind;
  return `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/${plural}`;
}

async function objectsShipped() {
  const documents = parseAllDocuments(await readFile(FILE, "utf8"));
  return z.array(objectSchema).parse(documents.map((document) => document.toJS()));
}

const ACCOUNT = "ServiceAccount";

const ruleSchema = z.looseObject({ resources: z.array(z.string()), verbs: z.array(z.string()) });
type Rule = z.infer<typeof ruleSchema>;
const objectSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  rules: z.array(ruleSchema).optional(),
});
