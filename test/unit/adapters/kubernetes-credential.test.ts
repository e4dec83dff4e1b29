import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { dateOf } from "../../../src/adapters/clock/rfc3339.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import type { Access } from "../../../src/adapters/kubernetes/access.ts";
import { askPlugin } from "../../../src/adapters/kubernetes/exec-credential.ts";
import { createKubernetes, type Kubernetes } from "../../../src/adapters/kubernetes/kubernetes.ts";
import { renewCredentials } from "../../../src/adapters/kubernetes/renewed-credentials.ts";
import { codeOf } from "../../../src/domain/errors.ts";
import { create as createProbe } from "../../../src/drivers/probe/kubernetes.ts";
import { createCertificateAuthority } from "../../../src/sandbox/kubernetes/certificate-authority.ts";
import { createClientCertificate } from "../../fakes/client-certificate.ts";
import { openKubernetesServer, SHOP } from "../../fakes/kubernetes-server.ts";
import { createPluginScript } from "../../fakes/plugin-script.ts";
import { eventually } from "../../fakes/until.ts";

const clock = new SystemClock();
const { signal } = new AbortController();
let stop: AbortController;
let script: ReturnType<typeof createPluginScript>;
let close: (() => Promise<void>)[];
beforeEach(() => {
  stop = new AbortController();
  script = createPluginScript();
  close = [];
});
afterEach(async () => {
  stop.abort(new Error("the end"));
  for (const one of close.reverse()) await one();
  script.remove();
});

/** The server, as whom the script says. */
function asPlugin(access: Access, its: SystemClock): Access {
  const ask = (bound: AbortSignal) =>
    askPlugin(script.plugin(), { clock, timeoutMs: 5_000, signal: bound });
  const tools = { clock: its, signal: stop.signal, onTrouble: () => undefined };
  return { ...access, token: async () => undefined, credentials: renewCredentials(ask, tools) };
}

function open(access: Access, its: SystemClock = clock): Kubernetes {
  const kubernetes = createKubernetes(asPlugin(access, its), { clock });
  close.push(() => kubernetes.close());
  return kubernetes;
}

async function openServer() {
  const server = await openKubernetesServer();
  close.push(() => server.close());
  return server;
}

function answerToken(token: string | undefined, lifeMs: number) {
  script.answer({ token, expirationTimestamp: dateOf(clock.wallMs() + lifeMs).toISOString() });
}

/** Whether it was read, or the code of why not. */
async function read({ cluster }: Kubernetes): Promise<unknown> {
  return await cluster.read(SHOP, signal).then(
    () => "read",
    (error: unknown) => codeOf(error) ?? error,
  );
}

/** As if the process had slept: only durations are longer. */
class ShiftedClock extends SystemClock {
  shiftMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.shiftMs;
  }
}

test("a request waits for no program, and that none has answered is no failure of the cluster", async () => {
  const server = await openServer();
  script.write("sleep 600");
  const kubernetes = open(server.access);
  await expect(kubernetes.cluster.read(SHOP, signal)).rejects.toMatchObject({
    code: "GL_CREDENTIAL",
    message: expect.stringContaining("there is none: it has not answered yet"),
  });
  expect(server.calls).toEqual([]);
  const probe = createProbe("api", {
    cluster: "blue",
    clock,
    timeoutMs: 500,
    kubernetes: kubernetes.cluster,
    public: { host: "shop.test", port: 80, address: "127.0.0.1" },
    workloads: {},
  });
  expect(await probe.ask(signal)).toMatchObject({ answer: "unknown" });
});

test("a real program's token opens the API, and is had anew before it ends", async () => {
  const server = await openServer();
  answerToken(await server.access.token(), 2_000);
  const kubernetes = open(server.access);
  await eventually(async () => (await read(kubernetes)) === "read", { withinMs: 5_000 });
  expect(script.runs()).toBe(1);
  const seen = new Set<unknown>();
  await eventually(async () => seen.add(await read(kubernetes)) && script.runs() === 3, {
    withinMs: 10_000,
    everyMs: 20,
  });
  expect([...seen]).toEqual(["read"]);
});

test("a token that the server does not take any more is had anew once", async () => {
  const server = await openServer();
  answerToken("revoked", 3_600_000);
  const shifted = new ShiftedClock();
  const kubernetes = open(server.access, shifted);
  await eventually(async () => (await read(kubernetes)) === "GL_FORBIDDEN", { withinMs: 5_000 });
  expect(script.runs()).toBe(1);
  answerToken(await server.access.token(), 3_600_000);
  shifted.shiftMs = 60_000;
  expect(await read(kubernetes)).toBe("GL_CREDENTIAL");
  await eventually(async () => (await read(kubernetes)) === "read", { withinMs: 5_000 });
  expect(script.runs()).toBe(2);
});

test("a real program's certificate opens the connection, and a new one opens new ones", async () => {
  const authority = await createCertificateAuthority(clock);
  const identity = await authority.issue("blue", ["127.0.0.1"]);
  const names: string[] = [];
  const server = createServer(
    { ...identity, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      names.push(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN));
      response.end("ok");
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const answer = async (name: string, lifeMs: number) => {
    const { cert, key } = await createClientCertificate(name, clock.wallMs() + lifeMs);
    script.answer({ clientCertificateData: cert, clientKeyData: key });
  };
  await answer("first", 4_000);
  const tls = { ca: authority.certificate };
  const access = { server: `https://127.0.0.1:${port}`, tls, token: async () => undefined };
  const { cluster } = open(access);
  const isReady = async () =>
    await cluster.whyNotReady(signal).then(
      (why) => why === undefined,
      () => false,
    );
  await eventually(isReady, { withinMs: 5_000 });
  await answer("second", 3_600_000);
  await eventually(async () => (await isReady()) && names.includes("second"), {
    withinMs: 10_000,
    everyMs: 20,
  });
  expect(new Set(names)).toEqual(new Set(["first", "second"]));
});
