import { createKubernetes } from "../../src/adapters/kubernetes/kubernetes.ts";
import { AUTOSCALERS, INGRESSES, LEASES } from "../../src/sandbox/kubernetes/resource.ts";
import { autoscalerOf } from "../fakes/autoscaler.ts";
import { ingressOf } from "../fakes/ingress.ts";
import { openKubernetesServer, SHOP } from "../fakes/kubernetes-server.ts";
import { describeCluster } from "./cluster.ts";
import { describeLeases } from "./leases.ts";

const never = new Promise<void>(() => undefined);

async function open() {
  const server = await openKubernetesServer();
  const kubernetes = createKubernetes(server.access, { clock: server.clock });
  const close = async () => {
    await kubernetes.close();
    await server.close();
  };
  return { server, kubernetes, close };
}

describeCluster({
  name: "kubernetes cluster over TLS",
  async open() {
    const { server, kubernetes, close } = await open();
    server.api.world.create(INGRESSES, ingressOf("shop", "default"));
    return {
      cluster: kubernetes.cluster,
      ref: SHOP,
      addAutoscaler: async (name, bounds) => {
        const metadata = { name, namespace: "default" };
        server.api.world.create(AUTOSCALERS, { ...autoscalerOf("shop", bounds), metadata });
      },
      run: (task) => task(),
      hang: () =>
        new Promise((arrived) => {
          server.gate.before = async () => {
            arrived();
            await never;
          };
        }),
      close,
    };
  },
});

describeLeases({
  name: "kubernetes leases over TLS",
  async open() {
    const { server, kubernetes, close } = await open();
    return {
      leases: kubernetes.leases,
      run: (task) => task(),
      editForeign: async (application) => server.label(LEASES, `greenlight-${application}`),
      whyForeignLost: async (application) =>
        server.whyLabelLost(LEASES, `greenlight-${application}`),
      close,
    };
  },
});
