import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createKubernetes, type Kubernetes } from "../../../src/adapters/kubernetes/kubernetes.ts";
import { DEPLOYMENTS, LEASES } from "../../../src/sandbox/kubernetes/resource.ts";
import { openKubernetesServer, SHOP } from "../../fakes/kubernetes-server.ts";
import { eventually } from "../../fakes/until.ts";

const PATIENCE = { withinMs: 15_000 };

let server: Awaited<ReturnType<typeof openKubernetesServer>>;
let kubernetes: Kubernetes;
let stop: AbortController;
let seen: number[];
let watching: Promise<void>;
let writes = 0;
beforeEach(async () => {
  server = await openKubernetesServer();
  server.api.world.create(LEASES, { metadata: { name: "noise", namespace: "default" } });
  kubernetes = createKubernetes(server.access, { clock: server.clock, watchMs: 1_000 });
  stop = new AbortController();
  seen = [];
});
afterEach(async () => {
  stop.abort(new Error("the test is over"));
  await watching;
  await kubernetes.close();
  await server.close();
});

async function watch(): Promise<void> {
  for await (const object of kubernetes.cluster.watch(SHOP, stop.signal))
    seen.push((object as { spec: { replicas: number } }).spec.replicas);
}

/** So many writes of something else that the server forgets what was before them. */
function forget(): void {
  for (let count = 0; count < 2_500; count += 1) {
    writes += 1;
    server.merge(LEASES, "noise", { metadata: { annotations: { writes: String(writes) } } });
  }
}

function callsOf(what: "list" | "watch"): number {
  const all = server.calls.filter((call) => call.startsWith("GET ") && call.includes("?"));
  return all.filter((call) => call.includes("watch=true") === (what === "watch")).length;
}

test("the next watch goes on where the bookmark of the last one says", async () => {
  watching = watch();
  await eventually(() => callsOf("watch") === 1, PATIENCE);
  forget();
  await eventually(() => callsOf("watch") === 3, PATIENCE);
  server.merge(DEPLOYMENTS, "shop", { spec: { replicas: 4 } });
  await eventually(() => seen.includes(4), PATIENCE);
  expect(callsOf("list")).toBe(1);
});

test("what the server has forgotten is listed anew, and shown where it changed", async () => {
  watching = watch();
  await eventually(() => callsOf("watch") === 1, PATIENCE);
  server.gate.before = async (_, path) => {
    if (!path.includes("watch=true") || callsOf("watch") !== 2) return;
    server.merge(DEPLOYMENTS, "shop", { spec: { replicas: 4 } });
    forget();
  };
  await eventually(() => seen.includes(4), PATIENCE);
  expect(callsOf("list")).toBe(2);
});

test("a server that forgets what it just said is not asked for ever", async () => {
  server.gate.before = async (_, path) => {
    if (path.includes("watch=true")) forget();
  };
  watching = Promise.resolve();
  await expect(watch()).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  expect([callsOf("list"), callsOf("watch")]).toEqual([3, 3]);
});
