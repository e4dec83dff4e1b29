import { readDeployment } from "../../../src/adapters/kubernetes/deployment-object.ts";
import { createKubernetes } from "../../../src/adapters/kubernetes/kubernetes.ts";
import { readService } from "../../../src/adapters/kubernetes/service-object.ts";
import type { Json } from "../../../src/domain/json.ts";
import type { Clock } from "../../../src/engine/ports/clock.ts";
import type { Ref } from "../../../src/engine/ports/cluster.ts";
import type { ShopPlace } from "./shop-place.ts";

/**
 * Tells whether the cluster has somebody who answers: its Deployment has available pods, and its
 * Service selects them. While the API server is away, what it said last holds, as for real pods.
 */
export function watchShopPods(
  place: ShopPlace,
  { clock, tell }: { readonly clock: Clock; readonly tell: (isServing: boolean) => void },
): void {
  const { server, certificateAuthority: ca, token, namespace } = place;
  const access = { server, tls: { ca }, token: async () => token };
  const { cluster } = createKubernetes(access, { clock, timeoutMs: 2_000, watchMs: 10_000 });
  const never = new AbortController().signal;
  const seen = { pods: false, selected: false };
  const follow = async (ref: Ref, note: (object: Json) => void) => {
    for (;;) {
      try {
        for await (const object of cluster.watch(ref, never)) {
          note(object);
          tell(seen.pods && seen.selected);
        }
      } catch {
        await clock.sleep(PAUSE_MS, never);
      }
    }
  };
  const named = { namespace, name: "shop" };
  void follow({ apiVersion: "apps/v1", kind: "Deployment", ...named }, (object) => {
    seen.pods = readDeployment(object).available > 0;
  });
  void follow({ apiVersion: "v1", kind: "Service", ...named }, (object) => {
    const { app, ...others } = readService(object).selector;
    seen.selected = app === "shop" && Object.keys(others).length === 0;
  });
}

const PAUSE_MS = 50;
