import { createKubernetes, type Kubernetes } from "../../src/adapters/kubernetes/kubernetes.ts";
import * as primary from "../../src/drivers/lease/primary.ts";
import * as deployment from "../../src/drivers/scale/deployment.ts";
import * as ingress from "../../src/drivers/traffic/ingress.ts";
import * as service from "../../src/drivers/traffic/service.ts";
import {
  AUTOSCALERS,
  DEPLOYMENTS,
  INGRESSES,
  LEASES,
  type Resource,
  SERVICES,
} from "../../src/sandbox/kubernetes/resource.ts";
import { autoscalerOf } from "../fakes/autoscaler.ts";
import { ingressOf, SHOP_INGRESS } from "../fakes/ingress.ts";
import { openKubernetesServer } from "../fakes/kubernetes-server.ts";
import { describeDriver } from "./driver.ts";

const application = "shop";
const { signal } = new AbortController();

/** The parts of a subject that all drivers of a Kubernetes object have in common. */
async function open(resource: Resource, name: string, prepare: (at: Kubernetes) => Promise<void>) {
  const server = await openKubernetesServer();
  const kubernetes = createKubernetes(server.access, { clock: server.clock });
  await prepare(kubernetes);
  const written = server.writes();
  return {
    kubernetes,
    server,
    clock: server.clock,
    common: {
      run: <T>(task: () => Promise<T>) => task(),
      writes: () => server.writes() - written,
      hang: (call: "read" | "write") =>
        new Promise<void>((arrived) => {
          server.gate.before = async (method) => {
            if ((method === "GET") !== (call === "read")) return;
            arrived();
            await new Promise(() => undefined);
          };
        }),
      beforeNextWrite: (meddle: () => Promise<void>) => {
        server.gate.before = async (method) => {
          if (method === "GET") return;
          server.gate.before = async () => undefined;
          await meddle();
        };
      },
      editForeign: async () => server.label(resource, name),
      whyForeignLost: async () => server.whyLabelLost(resource, name),
      close: async () => {
        await kubernetes.close();
        await server.close();
      },
    },
  };
}

describeDriver({
  name: "scale/deployment over TLS",
  async open() {
    const { kubernetes, common } = await open(DEPLOYMENTS, "shop", async () => undefined);
    const config = { driver: "deployment", namespace: "default", deployment: "shop" } as const;
    return {
      driver: deployment.create(config, { cluster: kubernetes.cluster }),
      desired: [{ replicas: 5 }, { replicas: 0 }],
      ...common,
    };
  },
});

describeDriver({
  name: "scale/deployment that an autoscaler owns, over TLS",
  async open() {
    const { kubernetes, server, common } = await open(DEPLOYMENTS, "shop", async () => undefined);
    server.api.world.create(AUTOSCALERS, autoscalerOf("shop", { minReplicas: 2, maxReplicas: 6 }));
    const config = { driver: "deployment", namespace: "default", deployment: "shop" } as const;
    return {
      driver: deployment.create(config, { cluster: kubernetes.cluster }),
      desired: [{ replicas: 5 }, { replicas: 0 }],
      ...common,
    };
  },
});

describeDriver({
  name: "traffic/service over TLS",
  async open() {
    const { kubernetes, common } = await open(SERVICES, "shop", async () => undefined);
    const config = { driver: "service", namespace: "default", service: "shop" } as const;
    return {
      driver: service.create(config, { cluster: kubernetes.cluster }),
      desired: [{ serves: false }, { serves: true }],
      ...common,
    };
  },
});

describeDriver({
  name: "traffic/ingress over TLS",
  async open() {
    const { kubernetes, server, common } = await open(INGRESSES, "shop", async () => undefined);
    server.api.world.create(INGRESSES, ingressOf("shop", "default"));
    return {
      driver: ingress.create(SHOP_INGRESS, { cluster: kubernetes.cluster }),
      desired: [{ serves: false }, { serves: true }],
      ...common,
    };
  },
});

describeDriver({
  name: "lease/primary over TLS",
  async open() {
    const next = { epoch: 0, sequence: 0, primary: "blue", durationMs: 5_000, holder: "worker-1" };
    const { kubernetes, clock, common } = await open(LEASES, "greenlight-shop", async (at) => {
      await at.leases.swap(application, { seen: undefined, next }, signal);
    });
    const clusters = { green: kubernetes.leases };
    return {
      driver: primary.create({ application, clusters, decisive: "green", clock }),
      desired: [{ primary: "green" }, { primary: "yellow" }],
      ...common,
    };
  },
});
