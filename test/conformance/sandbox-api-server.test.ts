import { INGRESSES, LEASES } from "../../src/sandbox/kubernetes/resource.ts";
import { ingressOf } from "../fakes/ingress.ts";
import { openCluster } from "../fakes/sandbox-cluster.ts";
import { describeApiServer } from "./api-server.ts";

describeApiServer({
  name: "the sandbox's API server",
  async open() {
    const cluster = await openCluster({ replicas: 1 });
    cluster.api.world.create(INGRESSES, ingressOf("shop", "default"));
    return {
      namespace: "default",
      ask: async (method, path, body, mediaType) => {
        const headers = mediaType === undefined ? {} : { "content-type": mediaType };
        const { code, body: answer } = await cluster.ask(method, path, { body, headers });
        return { status: code, body: answer };
      },
      events: (path) => cluster.lines(path, () => undefined),
      forget: async () => {
        const { world } = cluster.api;
        const noise = world.create(LEASES, { metadata: { name: "noise", namespace: "default" } });
        let before = noise;
        for (let count = 0; count < 2_500; count += 1) {
          const metadata = { ...before.metadata, labels: { count: String(count) } };
          before = world.replace(LEASES, { before, next: { ...before, metadata } });
        }
      },
      close: () => cluster.close(),
    };
  },
});
