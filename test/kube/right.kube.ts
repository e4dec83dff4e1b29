import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { objectPath } from "../../src/adapters/kubernetes/object-path.ts";
import * as primary from "../../src/drivers/lease/primary.ts";
import { createProbe } from "../../src/drivers/probe/registry.ts";
import * as deployment from "../../src/drivers/scale/deployment.ts";
import * as ingress from "../../src/drivers/traffic/ingress.ts";
import * as service from "../../src/drivers/traffic/service.ts";
import type { Cluster, Ref } from "../../src/engine/ports/cluster.ts";
import type { Driver, Seen } from "../../src/engine/ports/driver.ts";
import { SHOP_INGRESS } from "../fakes/ingress.ts";
import { createAdmin } from "./admin.ts";
import { BUILT_WITHIN_MS } from "./binary.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { openPlace, type Place } from "./place.ts";
import { type Account, type Right, rightsShipped } from "./right.ts";

jest.setTimeout(120_000);

const { signal } = new AbortController();
const LEASE = { epoch: 0, sequence: 0, primary: "blue", durationMs: 5_000 };

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
}, BUILT_WITHIN_MS);
afterAll(() => plane.close());

/** Looks, changes it, and looks again. */
async function use<D, O extends Seen>(driver: Driver<D, O>, desired: D): Promise<void> {
  await driver.observe(signal);
  await driver.apply(desired, { epoch: 1, sequence: 1, signal });
  await driver.observe(signal);
}

/** The object at first, and after the change: that comes by a watch. */
async function watch(cluster: Cluster, ref: Ref, change: () => Promise<void>): Promise<void> {
  let seen = 0;
  for await (const _ of cluster.watch(ref, signal)) {
    seen += 1;
    if (seen > 1) return;
    await change();
  }
}

/** All that Greenlight does with the shop there. */
async function work(place: Place): Promise<void> {
  const { namespace, cluster, leases, clock } = place;
  const taken = await leases.swap("shop", { seen: undefined, next: LEASE }, signal);
  await leases.swap("shop", { seen: taken, next: { ...LEASE, holder: "worker-1" } }, signal);
  const own = { application: "shop", clusters: { green: leases }, decisive: "green", clock };
  await use(primary.create(own), { primary: "green" });
  // Whoever loses a race for the autoscaler reads it again.
  place.beforeNextWrite(() => place.changeAutoscaler("shop", { minReplicas: 2 }));
  const scaled = { driver: "deployment", namespace, deployment: "shop" } as const;
  const opened = { driver: "service", namespace, service: "shop" } as const;
  const pointed = { ...SHOP_INGRESS, namespace };
  await watch(cluster, place.ref("Deployment"), () =>
    use(deployment.create(scaled, { cluster }), { replicas: 4 }),
  );
  await watch(cluster, place.ref("Service"), () =>
    use(service.create(opened, { cluster }), { serves: false }),
  );
  await watch(cluster, place.ref("Ingress"), () =>
    use(ingress.create(pointed, { cluster }), { serves: false }),
  );
}

/** All that a probe worker asks of the cluster. */
async function probe({ cluster, kubernetes, clock, ref, label }: Place): Promise<void> {
  await cluster.whyNotReady(signal);
  await cluster.read(ref("Deployment"), signal);
  await watch(cluster, ref("Deployment"), () => label(objectPath(ref("Deployment"))));
  // What they say where they may: a right that they lack they would only call unknown.
  const workloads = { shop: ref("Deployment") };
  const at = { host: "shop", port: 80, address: "127.0.0.1" };
  const own = { cluster: "green", clock, timeoutMs: 5_000, public: at, workloads };
  const tools = { ...own, kubernetes: kubernetes.cluster };
  const pods = { name: "pods", probe: "deployment", workload: "shop" } as const;
  for (const config of [{ name: "api", probe: "kubernetes" } as const, pods]) {
    const one = createProbe(config, tools);
    expect(await one.ask(signal)).toEqual({ answer: "ok" });
    await one.close();
  }
}

/** All that the API looks at to say what would be done. */
async function look({ namespace, cluster, leases, clock }: Place): Promise<void> {
  const own = { application: "shop", clusters: { green: leases }, decisive: "green", clock };
  const scaled = { driver: "deployment", namespace, deployment: "shop" } as const;
  const opened = { driver: "service", namespace, service: "shop" } as const;
  await leases.read("shop", signal);
  await primary.create(own).observe(signal);
  await deployment.create(scaled, { cluster }).observe(signal);
  await service.create(opened, { cluster }).observe(signal);
  await ingress.create({ ...SHOP_INGRESS, namespace }, { cluster }).observe(signal);
}

const ACCOUNTS = { greenlight: work, "greenlight-probe": probe, "greenlight-api": look } as const;

async function workAs(account: Account, without?: Right): Promise<void> {
  const place = await openPlace(plane, account, without);
  try {
    await place.addAutoscaler("shop", { minReplicas: 3, maxReplicas: 6 });
    if (account !== "greenlight") await place.addLease("shop", LEASE);
    await ACCOUNTS[account](place);
  } finally {
    await place.close();
  }
}

const EACH = [
  ["greenlight", 18],
  ["greenlight-probe", 3],
  ["greenlight-api", 5],
] as const;

test.each(EACH.map(([account]) => account))("what is shipped for %s is enough", async (account) => {
  await workAs(account);
});

test.each(EACH)("nothing that is shipped for %s can be left out", async (account, count) => {
  const rights = await rightsShipped(account);
  expect(rights).toHaveLength(count);
  const idle: Right[] = [];
  for (const right of rights) {
    const failed = await workAs(account, right).catch((error: unknown) => error);
    if (failed === undefined) idle.push(right);
    else expect(failed).toMatchObject({ code: "GL_FORBIDDEN" });
  }
  expect(idle).toEqual([]);
});

test.each(["greenlight-probe", "greenlight-api"] as const)(
  "%s can write nothing",
  async (account) => {
    const place = await openPlace(plane, account);
    const { namespace, leases } = place;
    const own = createAdmin(place.access);
    try {
      await place.addLease("shop", LEASE);
      const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
      const { status: rules } = await own.ask("POST", path, { spec: { namespace } });
      const { resourceRules } = rulesSchema.parse(rules);
      // Everybody may ask who he is and what he may.
      const others = resourceRules.filter(({ resources }) => !resources.some(isOfOneself));
      const verbs = new Set(others.flatMap((rule) => rule.verbs));
      expect([...verbs].filter((verb) => !["get", "list", "watch"].includes(verb))).toEqual([]);

      const kinds = ["Deployment", "Service", "Ingress", "HorizontalPodAutoscaler"] as const;
      const paths = [...kinds.map((kind) => objectPath(place.ref(kind))), place.leasePath("shop")];
      const body = { metadata: { labels: { moved: "by who may not" } } };
      for (const method of ["PATCH", "PUT", "DELETE"])
        for (const at of paths) {
          const { status } = await own.call(method, at, body);
          expect([method, at, status]).toEqual([method, at, 403]);
        }
      const created = leases.swap("other", { seen: undefined, next: LEASE }, signal);
      await expect(created).rejects.toMatchObject({ code: "GL_FORBIDDEN" });
    } finally {
      await own.close();
      await place.close();
    }
  },
);

function isOfOneself(resource: string): boolean {
  return resource.startsWith("self");
}

const rulesSchema = z.object({
  resourceRules: z.array(z.object({ verbs: z.array(z.string()), resources: z.array(z.string()) })),
});
