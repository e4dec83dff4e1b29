import { INGRESS_SPEC } from "../fakes/ingress.ts";
import { MemoryCluster } from "../fakes/memory-cluster.ts";
import { untilAborted } from "../fakes/until-aborted.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { describeCluster } from "./cluster.ts";

describeCluster({
  name: "memory cluster",
  async open() {
    const clock = new VirtualClock();
    const cluster = new MemoryCluster(clock, { networkMs: 5, podsMs: 200 });
    const name = "shop";
    cluster.add({ name }, 2);
    cluster.addService({ name }, { app: "shop" });
    cluster.addIngress({ name }, INGRESS_SPEC);
    return {
      cluster,
      addAutoscaler: async (other, bounds) =>
        cluster.addAutoscaler({ name: other }, { target: name, ...bounds }),
      ref: { apiVersion: "apps/v1", kind: "Deployment", namespace: "default", name },
      run: (task) => clock.run(task),
      hang: () =>
        new Promise((arrived) => {
          cluster.onCall = async (_, signal) => {
            arrived();
            await untilAborted(signal);
          };
        }),
      close: async () => undefined,
    };
  },
});
