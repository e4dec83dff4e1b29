import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createKubernetes, type Kubernetes } from "../../../src/adapters/kubernetes/kubernetes.ts";
import { createCertificateAuthority } from "../../../src/sandbox/kubernetes/certificate-authority.ts";
import { SHOP } from "../../fakes/kubernetes-server.ts";
import { startProcessServer } from "../../fakes/process-server.ts";

const clock = new SystemClock();
const { signal } = new AbortController();
const LATE = {
  code: "GL_UNREACHABLE",
  message: expect.stringContaining("no answer within 300 ms"),
};
let server: Awaited<ReturnType<typeof startProcessServer>>;
let ca: string;
let kubernetes: Kubernetes;

beforeAll(async () => {
  const authority = await createCertificateAuthority(clock);
  ca = authority.certificate;
  server = await startProcessServer(await authority.issue("blue", ["127.0.0.1"]));
});
afterAll(() => server.close());
beforeEach(() => {
  const access = {
    server: `https://127.0.0.1:${server.port}`,
    tls: { ca },
    token: async () => "t",
  };
  kubernetes = createKubernetes(access, { clock, timeoutMs: 300, watchMs: 1_000 });
});
afterEach(async () => {
  server.goOn();
  await kubernetes.close();
});

/** One of each call that there is. */
const CALLS: Record<string, (at: Kubernetes) => Promise<unknown>> = {
  read: ({ cluster }) => cluster.read(SHOP, signal),
  list: ({ cluster }) => cluster.list(SHOP, signal),
  patch: ({ cluster }) => cluster.patch({ ref: SHOP, edits: [] }, signal),
  apply: ({ cluster }) =>
    cluster.apply({ ref: SHOP, uid: "1", resourceVersion: "7", annotations: {}, spec: {} }, signal),
  readyz: ({ cluster }) => cluster.whyNotReady(signal),
  lease: ({ leases }) => leases.read("shop", signal),
  swap: ({ leases }) =>
    leases.swap(
      "shop",
      { seen: undefined, next: { epoch: 1, sequence: 1, primary: "blue", durationMs: 5_000 } },
      signal,
    ),
};

test.each(Object.keys(CALLS))(
  "%s of a stopped process costs its time, over a kept connection",
  async (call) => {
    await kubernetes.cluster.read(SHOP, signal);
    server.hang();
    await expect(CALLS[call]?.(kubernetes)).rejects.toMatchObject(LATE);
  },
);

test.each(Object.keys(CALLS))(
  "%s of a stopped process costs its time, over a new one",
  async (call) => {
    server.hang();
    await expect(CALLS[call]?.(kubernetes)).rejects.toMatchObject(LATE);
  },
);

test("who was held by it is answered as soon as it goes on", async () => {
  server.hang();
  await expect(kubernetes.cluster.read(SHOP, signal)).rejects.toMatchObject(LATE);
  server.goOn();
  expect(await kubernetes.cluster.read(SHOP, signal)).toMatchObject({ metadata: { name: "shop" } });
});

test("a watch that was open when the process stopped is ended by its watchdog", async () => {
  const versions: unknown[] = [];
  const watching = async () => {
    for await (const object of kubernetes.cluster.watch(SHOP, signal)) {
      versions.push(object);
      if (versions.length === 2) server.hang();
    }
  };
  await expect(watching()).rejects.toMatchObject({
    code: "GL_UNREACHABLE",
    message: expect.stringContaining("no answer within 3000 ms"),
  });
  expect(versions).toHaveLength(2);
});

test("a watch of a stopped process does not begin for ever", async () => {
  server.hang();
  const watching = async () => {
    for await (const _ of kubernetes.cluster.watch(SHOP, signal));
  };
  await expect(watching()).rejects.toMatchObject(LATE);
});
