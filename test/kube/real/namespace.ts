import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { readDeployment } from "../../../src/adapters/kubernetes/deployment-object.ts";
import type { JsonObject } from "../../../src/domain/json.ts";
import type { Process } from "../../../src/runtime/config-process.ts";
import { packageRoot } from "../../../src/runtime/package-root.ts";
import { eventually } from "../../fakes/until.ts";
import type { ControlPlane } from "../control-plane.ts";
import type { Account } from "../right.ts";
import { shopDeployment, shopService } from "../shop-object.ts";

export const NAMESPACE = "shop";
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const DEPLOYMENT = `${DEPLOYMENTS}/shop`;
const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;
const LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/greenlight-shop";
const ROLE = "config/deploy/role.yaml";

/** Once for each control plane: as config/deploy/role.yaml says. Its result is Greenlight's tokens. */
export async function prepareNamespace(plane: ControlPlane): Promise<Tokens> {
  const { admin, kubectl } = plane;
  await admin.ask("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
  await eventually(
    () => admin.has(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`),
    SOON,
  );
  const file = await plane.writeKubeconfig("operator", plane.adminToken);
  const words = ["--kubeconfig", file, "apply", "-f", join(packageRoot(), ROLE)];
  await promisify(execFile)(kubectl, words);
  const tokenOf = (account: Account) => admin.tokenOf("greenlight", account);
  return {
    pipeline: await tokenOf("greenlight"),
    probe: await tokenOf("greenlight-probe"),
    api: await tokenOf("greenlight-api"),
  };
}

/** Of each kind of process: those of the ServiceAccount that is shipped for it. */
export type Tokens = Readonly<Record<Process, string>>;

/** As at first, with so many replicas, all of them available; nobody holds a Lease. */
export async function resetNamespace(plane: ControlPlane, replicas: number): Promise<void> {
  const { admin } = plane;
  for (const path of [DEPLOYMENT, `${SERVICES}/shop`, LEASE])
    if (await admin.has(path)) await admin.ask("DELETE", `${path}?propagationPolicy=Foreground`);
  for (const path of [DEPLOYMENT, `${SERVICES}/shop`, LEASE])
    await eventually(async () => !(await admin.has(path)), SOON);
  await admin.ask("POST", DEPLOYMENTS, shopDeployment(replicas));
  await admin.ask("POST", SERVICES, shopService());
  await eventually(async () => {
    const seen = await seeDeployment(plane);
    return seen.current && seen.available === replicas;
  }, SOON);
}

export async function seeDeployment({ admin }: ControlPlane) {
  return readDeployment(await admin.ask("GET", DEPLOYMENT));
}

/** What people may say of the shop there; not what controllers and Greenlight note. */
export async function seeShop({ admin }: ControlPlane) {
  const objects = await Promise.all(
    [DEPLOYMENT, `${SERVICES}/shop`].map((path) => admin.ask("GET", path)),
  );
  return objects.map(({ spec, metadata }) => ({
    spec,
    labels: (metadata as JsonObject)["labels"],
  }));
}

/** Its annotations, without the prefix of ours; undefined: there is no Lease. */
export async function seeLease({
  admin,
}: ControlPlane): Promise<Readonly<Record<string, string>> | undefined> {
  if (!(await admin.has(LEASE))) return undefined;
  const { annotations = {} } = (await admin.ask("GET", LEASE))["metadata"] as {
    annotations?: Record<string, string>;
  };
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key.replace("greenlight.dev/", ""), value]),
  );
}

/** As `kubectl rollout restart` does: every pod is made anew. */
export async function restartRollout({ admin }: ControlPlane, at: string): Promise<void> {
  const template = { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at } } };
  await admin.ask("PATCH", DEPLOYMENT, { spec: { template } } as JsonObject);
}

/** All pods are of the newest template, and available. */
export async function isRolledOut({ admin }: ControlPlane): Promise<boolean> {
  const { spec, status } = (await admin.ask("GET", DEPLOYMENT)) as {
    readonly spec: { readonly replicas: number };
    readonly status: Readonly<Record<string, number>>;
  };
  const counts = ["updatedReplicas", "availableReplicas", "replicas"].map((name) => status[name]);
  return counts.every((count) => count === spec.replicas);
}

const SOON = { withinMs: 60_000, everyMs: 50 };
