import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Agent } from "undici";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createCallHttp, MAX_BODY_BYTES } from "../../../src/adapters/http/http-call.ts";

let server: Server;
let agent: Agent;
let url: string;
let answer: RequestListener;
const never = new AbortController().signal;

beforeEach(async () => {
  agent = new Agent();
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const call = (path = "/", timeoutMs = 2_000, signal = never) =>
  createCallHttp(agent, new SystemClock())({ method: "GET", url: url + path, timeoutMs }, signal);

test("JSON goes out whole, with the headers, and the answer comes back", async () => {
  answer = (request, response) => {
    const { method, url: path, headers } = request;
    void request.toArray().then((chunks) => {
      const said = [method, path, headers["content-type"], headers["x-a"], String(chunks)];
      response.writeHead(201).end(JSON.stringify(said));
    });
  };
  const { status, body } = await createCallHttp(agent, new SystemClock())(
    { method: "PUT", url: `${url}/role?x=1`, headers: { "x-a": "b" }, json: [1], timeoutMs: 2_000 },
    never,
  );
  const said = ["PUT", "/role?x=1", "application/json", "b", "[1]"];
  expect({ status, body: JSON.parse(body) }).toEqual({ status: 201, body: said });
});

test("a redirect is an answer", async () => {
  answer = (_, response) => response.writeHead(302, { location: "/elsewhere" }).end();
  expect((await call()).status).toBe(302);
});

test("an answer that is too long is none", async () => {
  answer = (request, response) =>
    response.end("x".repeat(MAX_BODY_BYTES + Number(request.url === "/more")));
  expect((await call("/all")).body).toHaveLength(MAX_BODY_BYTES);
  await expect(call("/more")).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  await expect(call("/more")).rejects.toThrow("more than 65536 bytes");
});

test.each<[string, RequestListener, RegExp]>([
  ["silence", () => undefined, /ETIMEDOUT|no answer within 50 ms/],
  ["half an answer", (_, response) => response.writeHead(200).write("x"), /no answer within 50 ms/],
  ["a closed connection", (request) => request.socket.destroy(), /UND_ERR_SOCKET|ECONNRESET/],
  ["a reset", (request) => request.socket.resetAndDestroy(), /ECONNRESET/],
])("%s is no answer, and says so", async (_, listener, why) => {
  answer = listener;
  await expect(call("/", 50)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  await expect(call("/", 50)).rejects.toThrow(why);
});

test("a refused connection names its code", async () => {
  url = "http://127.0.0.1:1";
  await expect(call()).rejects.toThrow("ECONNREFUSED");
});

test("the caller's reason to stop comes through", async () => {
  const stop = new AbortController();
  answer = () => stop.abort(new Error("stopped"));
  await expect(call("/", 2_000, stop.signal)).rejects.toThrow(/^stopped$/);
  await expect(call("/", 2_000, stop.signal)).rejects.toThrow(/^stopped$/);
});
