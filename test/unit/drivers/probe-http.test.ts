import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createProbe } from "../../../src/drivers/probe/registry.ts";
import type { Probe } from "../../../src/engine/ports/probe.ts";
import { MemoryCluster } from "../../fakes/memory-cluster.ts";
import { openTcpServer } from "../../fakes/tcp-server.ts";

const clock = new SystemClock();
const { signal } = new AbortController();

let asked: { readonly headers: IncomingMessage["headers"]; readonly socket: Socket }[];
let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
let server: Awaited<ReturnType<typeof openTcpServer>>;
let probe: Probe;
beforeEach(async () => {
  asked = [];
  answer = (_, response) => response.end("ok");
  const http = createServer((request, response) => {
    asked.push({ headers: request.headers, socket: request.socket });
    answer(request, response);
  });
  server = await openTcpServer((socket) => http.emit("connection", socket));
  probe = open("127.0.0.11");
});
afterEach(async () => {
  await probe.close();
  await server.close();
});

function open(localAddress: string): Probe {
  const expected = { status: 200, body: "ok" };
  return createProbe(
    { probe: "http", name: "front", layer: "public", path: "/healthz?deep=1", expect: expected },
    {
      cluster: "blue",
      clock,
      timeoutMs: 1_000,
      localAddress,
      kubernetes: new MemoryCluster(clock, { networkMs: 0, podsMs: 0 }),
      public: { host: "shop.test", port: server.port, address: "127.0.0.1" },
      workloads: {},
    },
  );
}

test("it asks the cluster's address for the public name, from the address of its vantage", async () => {
  expect(await probe.ask(signal)).toEqual({ answer: "ok" });
  expect(asked[0]?.headers.host).toBe(`shop.test:${server.port}`);
  expect(server.froms).toEqual(["127.0.0.11"]);
});

test("every second question goes over a connection of its own, the others over a kept one", async () => {
  for (let times = 0; times < 6; times += 1) await probe.ask(signal);
  const [first, second, third, fourth, fifth] = asked.map(({ socket }) => socket);
  expect([third, fifth]).toEqual([first, first]);
  expect(new Set([first, second, fourth]).size).toBe(3);
});

test.each([
  ["hangs", () => undefined, "the kept connection was silent"],
  ["is reset", (socket: Socket) => socket.resetAndDestroy(), "the kept connection failed"],
])(
  "a kept connection that %s is not taken for a dead host",
  async (_, kill: (socket: Socket) => unknown, why) => {
    await probe.ask(signal);
    const kept = asked[0]?.socket;
    await probe.ask(signal);
    answer = ({ socket }, response) => (socket === kept ? kill(socket) : response.end("ok"));
    const said = await probe.ask(signal);
    expect(said).toMatchObject({ answer: "ok", detail: expect.stringContaining(why) });
    await probe.ask(signal);
    expect(await probe.ask(signal)).toEqual({ answer: "ok" });
  },
);

test("a kept connection that is slow, and not dead, is good enough", async () => {
  await probe.ask(signal);
  const kept = asked[0]?.socket;
  await probe.ask(signal);
  answer = ({ socket }, response) => {
    if (socket === kept) setImmediate(() => response.end("ok"));
  };
  expect(await probe.ask(signal)).toEqual({ answer: "ok" });
});

test("a body is never shown", async () => {
  answer = (_, response) => response.end("a secret");
  const said = await probe.ask(signal);
  expect(said).toEqual({ answer: "unready", detail: "answered 200 with another body" });
});

test("an address that is not ours says nothing of the target", async () => {
  await probe.close();
  probe = open("192.0.2.77");
  expect(await probe.ask(signal)).toMatchObject({ answer: "unknown" });
});
