import { afterAll, beforeAll, jest } from "@jest/globals";
import { objectPath } from "../../src/adapters/kubernetes/object-path.ts";
import * as primary from "../../src/drivers/lease/primary.ts";
import * as deployment from "../../src/drivers/scale/deployment.ts";
import * as ingress from "../../src/drivers/traffic/ingress.ts";
import * as service from "../../src/drivers/traffic/service.ts";
import type { Ref } from "../../src/engine/ports/cluster.ts";
import { SHOP_INGRESS } from "../fakes/ingress.ts";
import { BUILT_WITHIN_MS } from "../kube/binary.ts";
import { type ControlPlane, startControlPlane } from "../kube/control-plane.ts";
import { openPlace } from "../kube/place.ts";
import { describeDriver } from "./driver.ts";

jest.setTimeout(60_000);

const { signal } = new AbortController();

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
}, BUILT_WITHIN_MS);
afterAll(() => plane.close());

/** As the ServiceAccount that is shipped: with its rights and no others. */
async function open(kind: Ref["kind"] | "Lease") {
  const place = await openPlace(plane, "greenlight");
  const path = kind === "Lease" ? place.leasePath("shop") : objectPath(place.ref(kind));
  const { writes } = place.gate;
  return {
    place,
    common: {
      run: <T>(task: () => Promise<T>) => task(),
      writes: () => place.gate.writes - writes,
      hang: place.hang,
      beforeNextWrite: place.beforeNextWrite,
      editForeign: () => place.label(path),
      whyForeignLost: () => place.whyLabelLost(path),
      close: place.close,
    },
  };
}

for (const [what, bounds] of [
  ["", undefined],
  [" that an autoscaler owns,", { minReplicas: 2, maxReplicas: 6 }],
] as const)
  describeDriver({
    name: `scale/deployment${what} on a real API server`,
    async open() {
      const { place, common } = await open("Deployment");
      if (bounds) await place.addAutoscaler("shop", bounds);
      const { namespace, cluster } = place;
      const config = { driver: "deployment", namespace, deployment: "shop" } as const;
      return {
        driver: deployment.create(config, { cluster }),
        desired: [{ replicas: 5 }, { replicas: 0 }],
        ...common,
      };
    },
  });

describeDriver({
  name: "traffic/service on a real API server",
  async open() {
    const { place, common } = await open("Service");
    const { namespace, cluster } = place;
    const config = { driver: "service", namespace, service: "shop" } as const;
    return {
      driver: service.create(config, { cluster }),
      desired: [{ serves: false }, { serves: true }],
      ...common,
    };
  },
});

describeDriver({
  name: "traffic/ingress on a real API server",
  async open() {
    const { place, common } = await open("Ingress");
    const { namespace, cluster } = place;
    return {
      driver: ingress.create({ ...SHOP_INGRESS, namespace }, { cluster }),
      desired: [{ serves: false }, { serves: true }],
      ...common,
    };
  },
});

describeDriver({
  name: "lease/primary on a real API server",
  async open() {
    const { place, common } = await open("Lease");
    const next = { epoch: 0, sequence: 0, primary: "blue", durationMs: 5_000, holder: "worker-1" };
    await place.leases.swap("shop", { seen: undefined, next }, signal);
    const written = place.gate.writes;
    const { clock, leases } = place;
    return {
      driver: primary.create({
        application: "shop",
        clusters: { green: leases },
        decisive: "green",
        clock,
      }),
      desired: [{ primary: "green" }, { primary: "yellow" }],
      ...common,
      writes: () => place.gate.writes - written,
    };
  },
});
