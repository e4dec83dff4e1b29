import type { RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { Access } from "../../src/adapters/kubernetes/access.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { Ref } from "../../src/engine/ports/cluster.ts";
import { createCertificateAuthority } from "../../src/sandbox/kubernetes/certificate-authority.ts";
import { type KubeObject, recordAt } from "../../src/sandbox/kubernetes/kube-object.ts";
import { createKubernetesApi } from "../../src/sandbox/kubernetes/kubernetes-api.ts";
import { applyMergePatch } from "../../src/sandbox/kubernetes/merge-patch.ts";
import type { Resource } from "../../src/sandbox/kubernetes/resource.ts";

const TOKEN = "a-token-of-the-tests";

/** The Deployment that is there from the start, with two replicas. */
export const SHOP: Ref = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  namespace: "default",
  name: "shop",
};

/** An API server over TLS on a free port. Whoever opened it may come between it and its clients. */
export async function openKubernetesServer() {
  const clock = new SystemClock();
  const api = createKubernetesApi({
    clock,
    chance: createChance(clock),
    token: TOKEN,
    cluster: "blue",
    replicas: 2,
    shopPort: 80,
    startupDelayMs: 20,
  });
  const authority = await createCertificateAuthority(clock);
  const identity = await authority.issue("blue", ["127.0.0.1"]);
  const calls: string[] = [];
  const gate = { before: async (_method: string, _path: string): Promise<void> => undefined };
  let writes = 0;
  const outer =
    (inner: RequestListener): RequestListener =>
    (request, response) => {
      const [method, url] = [request.method ?? "", request.url ?? ""];
      calls.push(`${method} ${url}`);
      response.once("finish", () => {
        if (method !== "GET" && response.statusCode < 300) writes += 1;
      });
      void gate.before(method, url).then(() => inner(request, response));
    };
  const tls = createTlsServer(identity, outer(api.handler));
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    tls.emit("connection", socket);
  });
  const find = (resource: Resource, name: string) => {
    const object = api.world.find(resource, "default", name);
    if (!object) throw new Error(`there is no ${name}`);
    return object;
  };
  const merge = (resource: Resource, name: string, patch: JsonObject) => {
    const before = find(resource, name);
    api.world.replace(resource, { before, next: applyMergePatch(before, patch) as KubeObject });
  };
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  const access: Access = {
    server: `https://127.0.0.1:${port}`,
    tls: { ca: authority.certificate },
    token: async () => TOKEN,
  };
  return {
    api,
    clock,
    access,
    port,
    /** Every request, as in `GET /readyz`. */
    calls,
    /** How many writes succeeded. */
    writes: () => writes,
    /** `before` is called with each request before it is answered. */
    gate,
    /** How many connections there are. */
    connections: () => sockets.size,
    /** An object in the default namespace. */
    look: find,
    /** Someone else's change of it: a merge patch. */
    merge,
    label: (resource: Resource, name: string) =>
      merge(resource, name, { metadata: { labels: { team: "shop" } } }),
    whyLabelLost: (resource: Resource, name: string) => {
      const labels = recordAt(find(resource, name).metadata, "labels");
      return labels["team"] === "shop" ? undefined : "label lost";
    },
    /** As a process that was killed: connections reset, and refused from now on. */
    kill: async () => {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
    close: async () => {
      api.close();
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
