import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { objectPath } from "../../src/adapters/kubernetes/object-path.ts";
import * as primary from "../../src/drivers/lease/primary.ts";
import * as deployment from "../../src/drivers/scale/deployment.ts";
import * as ingress from "../../src/drivers/traffic/ingress.ts";
import * as service from "../../src/drivers/traffic/service.ts";
import type { Cluster, Ref } from "../../src/engine/ports/cluster.ts";
import type { Driver, Seen } from "../../src/engine/ports/driver.ts";
import { SHOP_INGRESS } from "../fakes/ingress.ts";
import { BUILT_WITHIN_MS } from "./binary.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { openPlace, type Place } from "./place.ts";
import { type Right, rightsShipped } from "./right.ts";

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
  const scaler = objectPath(place.ref("HorizontalPodAutoscaler"));
  place.beforeNextWrite(() => place.label(scaler));
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

async function workWithout(right?: Right): Promise<void> {
  const place = await openPlace(plane, "greenlight", right);
  try {
    await place.addAutoscaler("shop", { minReplicas: 3, maxReplicas: 6 });
    await work(place);
  } finally {
    await place.close();
  }
}

test("what is shipped is enough", async () => {
  await workWithout();
});

test("nothing that is shipped can be left out", async () => {
  const rights = await rightsShipped();
  expect(rights).toHaveLength(18);
  const idle: Right[] = [];
  for (const right of rights) {
    const failed = await workWithout(right).catch((error: unknown) => error);
    if (failed === undefined) idle.push(right);
    else expect(failed).toMatchObject({ code: "GL_FORBIDDEN" });
  }
  expect(idle).toEqual([]);
});
