import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createKubernetes } from "../../../src/adapters/kubernetes/kubernetes.ts";
import { DEPLOYMENTS, LEASES } from "../../../src/sandbox/kubernetes/resource.ts";
import { openKubernetesServer, SHOP } from "../../fakes/kubernetes-server.ts";

type Server = Awaited<ReturnType<typeof openKubernetesServer>>;

const { signal } = new AbortController();
let server: Server;
let close: (() => Promise<void>)[];
beforeEach(async () => {
  server = await openKubernetesServer();
  close = [() => server.close()];
});
afterEach(async () => {
  for (const one of close.reverse()) await one();
});

function open(
  options: { timeoutMs?: number; watchMs?: number; access?: Partial<Server["access"]> } = {},
) {
  const { access, ...rest } = options;
  const kubernetes = createKubernetes(
    { ...server.access, ...access },
    { clock: server.clock, ...rest },
  );
  close.push(() => kubernetes.close());
  return kubernetes;
}

test("a killed server is refused by the name of the system call", async () => {
  const { cluster } = open();
  await cluster.read(SHOP, signal);
  await server.kill();
  const why = { code: "GL_UNREACHABLE", message: expect.stringMatching(/ECONN(REFUSED|RESET)/) };
  await expect(cluster.read(SHOP, signal)).rejects.toMatchObject(why);
  await expect(cluster.whyNotReady(signal)).rejects.toMatchObject({
    code: "GL_UNREACHABLE",
    message: expect.stringContaining(`connect ECONNREFUSED 127.0.0.1:${server.port}`),
  });
});

test("a server that hangs costs the time of one request", async () => {
  const { cluster } = open({ timeoutMs: 30 });
  server.gate.before = () => new Promise(() => undefined);
  const why = { code: "GL_UNREACHABLE", message: expect.stringContaining("within 30 ms") };
  await expect(cluster.read(SHOP, signal)).rejects.toMatchObject(why);
});

test("a server that accepts and says nothing costs no more", async () => {
  const sockets: { destroy(): void }[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  close.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
  const { port } = silent.address() as AddressInfo;
  const { cluster } = open({ timeoutMs: 30, access: { server: `https://127.0.0.1:${port}` } });
  await expect(cluster.read(SHOP, signal)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
});

test("a stranger's certificate is not accepted", async () => {
  const { cluster } = open({ access: { tls: {} } });
  await expect(cluster.read(SHOP, signal)).rejects.toMatchObject({
    code: "GL_UNREACHABLE",
    message: expect.stringMatching(/certificate/),
  });
});

test("a wrong token is named, and not tried again", async () => {
  const { cluster, leases } = open({ access: { token: async () => "another" } });
  const why = { code: "GL_FORBIDDEN", message: expect.stringContaining("answered 401") };
  await expect(cluster.read(SHOP, signal)).rejects.toMatchObject(why);
  await expect(cluster.whyNotReady(signal)).rejects.toMatchObject(why);
  await expect(leases.read("shop", signal)).rejects.toMatchObject(why);
});

test("many requests go over few connections", async () => {
  const { cluster } = open();
  for (let count = 0; count < 10; count += 1) await cluster.read(SHOP, signal);
  expect(server.connections()).toBeLessThan(4);
});

test("a watch is begun anew when its time is over, and goes on with what was missed", async () => {
  const { cluster } = open({ watchMs: 1_000 });
  const versions: string[] = [];
  for await (const object of cluster.watch(SHOP, signal)) {
    versions.push(JSON.stringify(object));
    if (versions.length === 2) break;
    const began = () => server.calls.filter((call) => call.includes("watch=true")).length;
    server.gate.before = async () => {
      if (began() === 2 && versions.length === 1) server.label(DEPLOYMENTS, "shop");
    };
  }
  expect(versions[1]).toContain('"team":"shop"');
});

test("a watch that goes silent ends by its own watchdog", async () => {
  const { cluster } = open({ watchMs: 10 });
  server.gate.before = async (_, path) => {
    if (path.includes("watch=true")) await new Promise(() => undefined);
  };
  const watching = async () => {
    for await (const _ of cluster.watch(SHOP, signal));
  };
  await expect(watching()).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
});

test("a watch whose server is killed breaks at once", async () => {
  const { cluster } = open();
  const watching = async () => {
    for await (const _ of cluster.watch(SHOP, signal)) await server.kill();
  };
  await expect(watching()).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
});

test.each([
  { metadata: { annotations: { "greenlight.dev/epoch": "x" } } },
  { metadata: { annotations: { "greenlight.dev/sequence": null } } },
  { metadata: { annotations: { "greenlight.dev/primary": null } } },
  { spec: { leaseDurationSeconds: null } },
  { spec: { renewTime: "yesterday" } },
])("a Lease that can't be read is not taken for none: %j", async (damage) => {
  const { leases } = open();
  const next = { epoch: 1, sequence: 2, primary: "blue", durationMs: 5_000, renewedAt: 1 };
  await leases.swap("shop", { seen: undefined, next }, signal);
  server.merge(LEASES, "greenlight-shop", damage);
  await expect(leases.read("shop", signal)).rejects.toMatchObject({ code: "GL_RECORD_UNREADABLE" });
});

test("the holder's changes are counted, and times are as Kubernetes writes them", async () => {
  const { leases } = open();
  const record = {
    epoch: 1,
    sequence: 2,
    primary: "blue",
    durationMs: 4_200,
    renewedAt: 1_767_225_600_123,
  };
  const first = await leases.swap(
    "shop",
    { seen: undefined, next: { ...record, holder: "a" } },
    signal,
  );
  const second = await leases.swap(
    "shop",
    { seen: first, next: { ...record, holder: "b" } },
    signal,
  );
  await leases.swap(
    "shop",
    { seen: second, next: { ...record, holder: "b", sequence: 3 } },
    signal,
  );
  expect(server.look(LEASES, "greenlight-shop")).toMatchObject({
    spec: {
      holderIdentity: "b",
      leaseDurationSeconds: 5,
      renewTime: "2026-01-01T00:00:00.123000Z",
      leaseTransitions: 1,
    },
  });
});

test("a patch that lost a race is told from one that the API refuses", async () => {
  const { cluster } = open();
  const patch = (op: "test" | "add", value: number) =>
    cluster.patch({ ref: SHOP, edits: [{ op, path: "/spec/replicas", value }] }, signal);
  await expect(patch("test", 77)).rejects.toMatchObject({
    code: "GL_CONFLICT",
    message: expect.stringContaining("it is not as it was read"),
  });
  await expect(patch("add", -1)).rejects.toMatchObject({
    code: "GL_REJECTED",
    message: expect.stringContaining("must be greater than or equal to 0"),
  });
});
