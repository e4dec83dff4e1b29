import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createKubernetes, type Kubernetes } from "../../src/adapters/kubernetes/kubernetes.ts";
import { objectPath } from "../../src/adapters/kubernetes/object-path.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { Ref } from "../../src/engine/ports/cluster.ts";
import type { LeaseRecord } from "../../src/engine/ports/lease.ts";
import { autoscalerOf } from "../fakes/autoscaler.ts";
import { ingressOf } from "../fakes/ingress.ts";
import { eventually } from "../fakes/until.ts";
import type { ControlPlane } from "./control-plane.ts";
import { createGate, gateCluster, gateLeases } from "./gate.ts";
import { type Account, grant, type Right } from "./right.ts";
import { shopDeployment, shopService } from "./shop-object.ts";

/** Watched by their names, so that a Role may fix them. */
const KINDS = {
  Deployment: "apps/v1",
  Service: "v1",
  Ingress: "networking.k8s.io/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
} as const;

let opened = 0;

/**
 * A namespace of its own in a real cluster with the shop in it: a Deployment with two available
 * replicas, a Service, an Ingress. Its Leases are there, too. It is seen as a ServiceAccount of
 * `config/deploy/role.yaml`, with its Roles' rights there, or as the admin.
 */
export async function openPlace(plane: ControlPlane, as: "admin" | Account, without?: Right) {
  opened += 1;
  const namespace = `place-${opened}`;
  const { admin, parts } = plane;
  await admin.ask("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  const core = `/api/v1/namespaces/${namespace}`;
  // Without it the pods' first attempt fails, and the second comes much later.
  await eventually(() => admin.has(`${core}/serviceaccounts/default`), {
    withinMs: 60_000,
    everyMs: 20,
  });
  await admin.ask("POST", `/apis/apps/v1/namespaces/${namespace}/deployments`, shopDeployment(2));
  await admin.ask("POST", `${core}/services`, shopService());
  const networking = `/apis/networking.k8s.io/v1/namespaces/${namespace}`;
  await admin.ask("POST", `${networking}/ingresses`, ingressOf("shop", namespace));
  const ref = (kind: keyof typeof KINDS, name = "shop") =>
    ({ apiVersion: KINDS[kind], kind, namespace, name }) as Ref;
  const path = objectPath(ref("Deployment"));
  await eventually(
    async () => {
      const { status } = await admin.ask("GET", path);
      return (status as JsonObject)["availableReplicas"] === 2;
    },
    { withinMs: 60_000, everyMs: 50 },
  );
  const granted = { namespace, without };
  const token = as === "admin" ? plane.adminToken : await grant(admin, { ...granted, account: as });
  const clock = new SystemClock();
  const access = plane.accessOf(token);
  const options = { clock, timeoutMs: 5_000, watchMs: 2_000, leaseNamespace: namespace };
  const kubernetes: Kubernetes = createKubernetes(access, options);
  const gate = createGate();
  const label = (at: string) =>
    admin.ask("PATCH", at, { metadata: { labels: { team: "shop" } } }).then(() => undefined);
  const whyLabelLost = async (at: string) => {
    const { labels } = (await admin.ask("GET", at))["metadata"] as { labels?: JsonObject };
    return labels?.["team"] === "shop" ? undefined : "label lost";
  };
  return {
    namespace,
    ref,
    clock,
    access,
    gate,
    kubernetes,
    cluster: gateCluster(kubernetes.cluster, gate),
    leases: gateLeases(kubernetes.leases, gate),
    addAutoscaler: async (name: string, bounds: { minReplicas: number; maxReplicas: number }) => {
      const scalers = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
      const metadata = { name, namespace };
      await admin.ask("POST", scalers, { ...autoscalerOf("shop", bounds), metadata });
    },
    changeAutoscaler: async (name: string, spec: { minReplicas: number }) => {
      await admin.ask("PATCH", objectPath(ref("HorizontalPodAutoscaler", name)), { spec });
    },
    /** Whoever may not make one finds it. */
    addLease: async (application: string, next: LeaseRecord) => {
      const own = createKubernetes(plane.accessOf(plane.adminToken), options);
      await own.leases.swap(application, { seen: undefined, next }, new AbortController().signal);
      await own.close();
    },
    label,
    whyLabelLost,
    leasePath: (application: string) =>
      `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/greenlight-${application}`,
    /** From now on the API server is stopped at the first such call. Resolves at that. */
    hang: (call?: "read" | "write") =>
      new Promise<void>((arrived) => {
        gate.before = async (verb) => {
          if (call !== undefined && verb !== call) return;
          parts.api.stop();
          arrived();
        };
      }),
    beforeNextWrite: (meddle: () => Promise<void>) => {
      gate.before = async (verb) => {
        if (verb !== "write") return;
        gate.before = async () => undefined;
        await meddle();
      };
    },
    close: async () => {
      parts.api.cont();
      await kubernetes.close();
      await admin.ask("DELETE", `/api/v1/namespaces/${namespace}`);
    },
  };
}

export type Place = Awaited<ReturnType<typeof openPlace>>;
