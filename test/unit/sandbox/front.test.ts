import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Fault } from "../../../src/sandbox/faults.ts";
import { openClient, openFront } from "../../fakes/sandbox-front.ts";
import { eventually } from "../../fakes/until.ts";

let subject: Awaited<ReturnType<typeof openFront>>;
let client: ReturnType<typeof openClient>;
let vantage: ReturnType<typeof openClient>;
let served: string[];
let url: string;
const sockets: Socket[] = [];
const store = { part: "store", cluster: "blue" } as const;

const inner: RequestListener = (request, response) => {
  served.push(request.url ?? "");
  response.end(`hello ${request.url}`);
};

beforeEach(async () => {
  served = [];
  subject = await openFront(inner);
  client = openClient();
  vantage = openClient("127.0.0.11");
  url = `http://127.0.0.2:${subject.address.port}`;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all([client.close(), vantage.close()]);
  await subject.front.close();
});

/** A bare connection and what happens to it, in order. */
async function dial() {
  const { host, port } = subject.address;
  const socket = connect({ host, port });
  const seen: string[] = [];
  sockets.push(socket);
  socket.on("data", (data) => seen.push(String(data).split("\r\n")[0] ?? ""));
  socket.on("error", (error) => seen.push(String((error as { code?: string }).code)));
  socket.on("close", () => seen.push("closed"));
  await new Promise((resolve) => socket.once("connect", resolve));
  return { socket, seen };
}

test("without a fault it serves, on kept connections", async () => {
  expect(await client.get(`${url}/a`)).toEqual({ status: 200, body: "hello /a" });
  expect(await client.get(`${url}/b`)).toEqual({ status: 200, body: "hello /b" });
});

test("kill resets what is connected and refuses the rest, until it is healed", async () => {
  const { socket, seen } = await dial();
  socket.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  await eventually(() => seen.length === 1, { withinMs: 2_000 });
  const id = await subject.faults.add({ kind: "kill", ...store });
  await eventually(() => seen.includes("closed"), { withinMs: 2_000 });
  expect(seen).toEqual(["HTTP/1.1 200 OK", "ECONNRESET", "closed"]);
  await expect(client.get(url)).rejects.toThrow("ECONNREFUSED");
  expect(await subject.faults.remove(id)).toBe(true);
  expect((await client.get(url)).status).toBe(200);
});

test("hang accepts and neither reads nor writes; healed, it goes on where it stopped", async () => {
  const before = await dial();
  before.socket.write("GET /half HTTP/1.1\r\n");
  await subject.faults.add({ kind: "hang", ...store });
  before.socket.write("Host: x\r\n\r\n");
  const after = await dial();
  after.socket.write("GET /whole HTTP/1.1\r\nHost: x\r\n\r\n");
  await expect(client.get(url, 100)).rejects.toThrow(/GL_UNREACHABLE|100 ms/);
  expect([before.seen, after.seen, served]).toEqual([[], [], []]);
  await subject.faults.remove();
  await eventually(() => before.seen.length + after.seen.length === 2, { withinMs: 2_000 });
  expect(served).toEqual(expect.arrayContaining(["/half", "/whole"]));
});

test("a request that a hung server had not read is served when it wakes up", async () => {
  await client.get(`${url}/first`);
  await subject.faults.add({ kind: "hang", ...store });
  await expect(client.get(`${url}/late`, 50)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  await subject.faults.remove();
  await eventually(() => served.includes("/late"), { withinMs: 2_000 });
});

test("an answer that is under way when it hangs is withheld", async () => {
  let answer: () => void = () => undefined;
  await subject.front.close();
  subject = await openFront((_, response) => {
    answer = () => response.end("late");
    served.push("asked");
  });
  const pending = client.get(`http://127.0.0.2:${subject.address.port}`, 10_000);
  await eventually(() => served.length === 1, { withinMs: 2_000 });
  await subject.faults.add({ kind: "hang", ...store });
  answer();
  await expect(Promise.race([pending, client.get("http://127.0.0.2:1")])).rejects.toThrow(
    "ECONNREFUSED",
  );
  await subject.faults.remove();
  expect((await pending).body).toBe("late");
});

test("slow delays the answer, and healing lets it out at once", async () => {
  await client.get(url);
  await subject.faults.add({ kind: "slow", ms: 60_000, ...store });
  await expect(client.get(`${url}/a`, 50)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  expect(served).toContain("/a");
  const pending = client.get(`${url}/b`);
  await eventually(() => served.includes("/b"), { withinMs: 2_000 });
  await subject.faults.remove();
  expect((await pending).body).toBe("hello /b");
});

test("a partition cuts the addresses it names, and no others", async () => {
  await vantage.get(url);
  await subject.faults.add({ kind: "partition", from: ["127.0.0.11"], ...store });
  await expect(vantage.get(url, 50)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  expect((await client.get(url)).status).toBe(200);
});

test("a partition from all spares the cluster itself", async () => {
  const inside = openClient("127.0.0.2");
  await subject.faults.add({ kind: "partition", from: "all", ...store });
  for (const one of [client, vantage])
    await expect(one.get(url, 50)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  expect((await inside.get(url)).status).toBe(200);
  await inside.close();
});

test.each<Fault>([
  { kind: "partition", part: "all", cluster: "green", from: "all" },
  { kind: "kill", part: "all", cluster: "green" },
  { kind: "hang", part: "all", cluster: "green" },
])("of a whole cluster gone (%j) nothing arrives elsewhere", async (fault) => {
  const green = openClient("127.0.0.3");
  await subject.faults.add(fault);
  await expect(green.get(url, 50)).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
  expect((await client.get(url)).status).toBe(200);
  await green.close();
});

test("a fault elsewhere does nothing here", async () => {
  await subject.faults.add({ kind: "kill", part: "store", cluster: "green" });
  await subject.faults.add({ kind: "kill", part: "dns" });
  expect((await client.get(url)).status).toBe(200);
});

test("an error rate of one answers 500 and serves nothing", async () => {
  await subject.faults.add({ kind: "error-rate", fraction: 1, part: "all" });
  expect((await client.get(`${url}/a`)).status).toBe(500);
  expect(served).toEqual([]);
});

test("its owner closes it like a fault would, and a healed fault does not open it", async () => {
  const { seen } = await dial();
  await subject.faults.add({ kind: "kill", ...store });
  await subject.front.setOpen(false);
  await subject.faults.remove();
  await eventually(() => seen.includes("closed"), { withinMs: 2_000 });
  await expect(client.get(url)).rejects.toThrow("ECONNREFUSED");
  await subject.front.setOpen(true);
  expect((await client.get(url)).status).toBe(200);
});
