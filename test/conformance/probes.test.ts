import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createKubernetes } from "../../src/adapters/kubernetes/kubernetes.ts";
import { createProbe, type ProbeConfig } from "../../src/drivers/probe/registry.ts";
import { DEPLOYMENTS } from "../../src/sandbox/kubernetes/resource.ts";
import { openKubernetesServer, SHOP } from "../fakes/kubernetes-server.ts";
import { openTcpServer } from "../fakes/tcp-server.ts";
import { describeProbe } from "./probe.ts";

/** Generous: a busy machine must not make a target look ill. */
const TIMEOUT_MS = 500;
const never = new Promise<void>(() => undefined);

/** A probe of one API server, over TLS. */
async function openOnKubernetes(config: ProbeConfig) {
  const server = await openKubernetesServer();
  const { clock } = server;
  const kubernetes = createKubernetes(server.access, { clock, watchMs: 1_000 });
  const probe = createProbe(config, {
    cluster: "blue",
    clock,
    timeoutMs: TIMEOUT_MS,
    kubernetes: kubernetes.cluster,
    public: { host: "shop.test", port: 1, address: "127.0.0.1" },
    workloads: { shop: SHOP },
  });
  return {
    server,
    probe,
    run: <T>(task: () => Promise<T>) => task(),
    hang: async () => {
      server.gate.before = () => never;
    },
    close: async () => {
      await kubernetes.close();
      await server.close();
    },
  };
}

describeProbe({
  name: "probe kubernetes",
  async open() {
    const { server, hang, ...opened } = await openOnKubernetes({
      probe: "kubernetes",
      name: "api",
    });
    return {
      ...opened,
      ills: [
        { what: "killed", begin: server.kill, answer: "refused", before: ["reset"] },
        { what: "hung", begin: hang, answer: "timeout" },
      ],
    };
  },
});

describeProbe({
  name: "probe deployment",
  async open() {
    const config = { probe: "deployment", name: "pods", workload: "shop" } as const;
    const { server, hang, ...opened } = await openOnKubernetes(config);
    const scale = (replicas: number) => async () =>
      server.merge(DEPLOYMENTS, "shop", { spec: { replicas } });
    return {
      ...opened,
      ills: [
        // The API does not answer: that is for its own probe to say.
        { what: "killed", begin: server.kill, answer: "unknown", before: ["ok"] },
        { what: "hung", begin: hang, answer: "unknown", before: ["ok"] },
        { what: "none wanted", begin: scale(0), answer: "unknown", before: ["ok"] },
        {
          what: "pods that never start",
          begin: async () => {
            server.api.setStartupDelay(60_000);
            await scale(3)();
          },
          answer: "unready",
          before: ["ok"],
        },
      ],
    };
  },
});

describeProbe({
  name: "probe tcp",
  async open() {
    const server = await openTcpServer(() => undefined);
    const addresses = { blue: `127.0.0.1:${server.port}` };
    const probe = createProbe(
      { probe: "tcp", name: "port", layer: "data", addresses },
      toolsFor(server.port),
    );
    return {
      probe,
      run: (task) => task(),
      ills: [{ what: "killed", begin: server.kill, answer: "refused" }],
      close: server.close,
    };
  },
});

describeProbe({
  name: "probe postgres",
  async open() {
    let answer = (socket: Socket): unknown => socket.write("N");
    const server = await openTcpServer((socket) => socket.once("data", () => answer(socket)));
    const addresses = { blue: `127.0.0.1:${server.port}` };
    const config = { probe: "postgres", name: "store", addresses } as const;
    const become = (next: typeof answer) => async () => {
      answer = next;
    };
    return {
      probe: createProbe(config, toolsFor(server.port)),
      run: (task) => task(),
      ills: [
        { what: "killed", begin: server.kill, answer: "refused" },
        { what: "hung", begin: become(() => undefined), answer: "timeout" },
        {
          what: "resetting",
          begin: become((socket) => socket.resetAndDestroy()),
          answer: "reset",
        },
        { what: "ending", begin: become((socket) => socket.end()), answer: "unready" },
        { what: "another", begin: become((socket) => socket.write("HTTP")), answer: "unready" },
      ],
      close: server.close,
    };
  },
});

describeProbe({
  name: "probe http",
  async open() {
    let answer = (_: IncomingMessage, response: ServerResponse): unknown => response.end("ok\n");
    const http = createServer((request, response) => answer(request, response));
    const server = await openTcpServer((socket) => http.emit("connection", socket));
    const expect = { status: 200, body: "ok" };
    const config = {
      probe: "http",
      name: "front",
      layer: "public",
      path: "/healthz",
      expect,
    } as const;
    const become = (next: typeof answer) => async () => {
      answer = next;
    };
    return {
      probe: createProbe(config, toolsFor(server.port)),
      run: (task) => task(),
      ills: [
        { what: "killed", begin: server.kill, answer: "refused" },
        { what: "hung", begin: become(() => undefined), answer: "timeout" },
        {
          what: "resetting",
          begin: become((request) => request.socket.resetAndDestroy()),
          answer: "reset",
        },
        {
          what: "500",
          begin: become((_, response) => response.writeHead(500).end("ok")),
          answer: "unready",
        },
        {
          what: "another body",
          begin: become((_, response) => response.end("no")),
          answer: "unready",
        },
        {
          what: "a body without end",
          begin: become((_, response) => response.end("ok".padEnd(70_000))),
          answer: "unready",
        },
        {
          what: "a redirect",
          begin: become((_, response) => response.writeHead(302, { location: "/" }).end("ok")),
          answer: "unready",
        },
      ],
      close: server.close,
    };
  },
});

function toolsFor(port: number) {
  const away = () => Promise.reject(new Error("not expected"));
  return {
    cluster: "blue",
    clock: new SystemClock(),
    timeoutMs: TIMEOUT_MS,
    kubernetes: {
      read: away,
      list: away,
      patch: away,
      apply: away,
      whyNotReady: away,
      watch: nothing,
    },
    public: { host: "shop.test", port, address: "127.0.0.1" },
    workloads: {},
  };
}

async function* nothing(): AsyncGenerator<never, void> {
  // Nobody watches here.
}
