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

/** The ServiceAccounts that are shipped, each of one kind of process. */
export type Account = "greenlight" | "greenlight-probe" | "greenlight-api";

/** All that one has. */
export async function rightsShipped(account: Account): Promise<readonly Right[]> {
  const roles = (await objectsOf(account)).filter(({ kind }) => kind === "Role");
  return roles.flatMap(({ metadata, rules = [] }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({ role: metadata.name, resource, verb })),
      ),
    ),
  );
}

/**
 * Creates what is shipped of the account, with all Roles in that namespace in the place of their own,
 * and without the one right. Answers a token of the ServiceAccount.
 */
export async function grant(
  admin: Admin,
  { namespace, account, without }: Granted,
): Promise<string> {
  const objects = await objectsOf(account);
  for (const { kind, metadata, rules, ...rest } of objects) {
    const body = {
      ...rest,
      kind,
      metadata: { ...metadata, namespace },
      ...(rules && { rules: rules.map((rule) => reduced(rule, metadata.name, without)) }),
      ...("subjects" in rest && { subjects: [{ kind: ACCOUNT, name: account, namespace }] }),
    };
    await admin.ask("POST", pathOf(kind, namespace), body as JsonObject);
  }
  const [last] = objects
    .flatMap(({ metadata, rules = [] }) =>
      rules.slice(0, 1).map((rule) => reduced(rule, metadata.name, without)),
    )
    .slice(-1);
  if (!last) throw new Error(`${account} has no rights`);
  const asked = { namespace, account, rule: last };
  await eventually(() => isInForce(admin, asked), { withinMs: 10_000, everyMs: 10 });
  return await admin.tokenOf(namespace, account);
}

interface Granted {
  readonly namespace: string;
  readonly account: Account;
  readonly without?: Right | undefined;
}

/** The server's own authorizer hears of Roles and bindings one after the other: ask for the last. */
async function isInForce(
  admin: Admin,
  { namespace, account, rule }: Granted & { readonly rule: Rule },
): Promise<boolean> {
  const [group, resource, verb] = [rule.apiGroups[0], rule.resources[0], rule.verbs[0]];
  const name = rule.resourceNames?.[0];
  const resourceAttributes = { namespace, group, resource, verb, ...(name && { name }) };
  const user = `system:serviceaccount:${namespace}:${account}`;
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const review = { spec: { user, resourceAttributes } } as JsonObject;
  const { status } = await admin.ask("POST", path, review);
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

/** The account itself, and the Roles and bindings that are its own. */
async function objectsOf(account: Account) {
  const objects = await objectsShipped();
  const bindings = objects.filter(({ subjects = [] }) =>
    subjects.some(({ name }) => name === account),
  );
  const roles = new Set(bindings.map(({ roleRef }) => roleRef?.name));
  return objects.filter((object) => {
    const { kind, metadata } = object;
    if (kind === "Role") return roles.has(metadata.name);
    return bindings.includes(object) || (kind === ACCOUNT && metadata.name === account);
  });
}

const ACCOUNT = "ServiceAccount";

const ruleSchema = z.looseObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
type Rule = z.infer<typeof ruleSchema>;
const objectSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  rules: z.array(ruleSchema).optional(),
  roleRef: z.looseObject({ name: z.string() }).optional(),
  subjects: z.array(z.looseObject({ name: z.string() })).optional(),
});
