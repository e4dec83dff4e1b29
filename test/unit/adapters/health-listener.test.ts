import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  type HealthListener,
  startHealthListener,
} from "../../../src/adapters/http/health-listener.ts";
import { type Asking, askJson } from "../../scenario/http-json.ts";
import { freePort } from "../../servers/free-port.ts";

let port: number;
let listener: HealthListener;
let whyNot: string | undefined;

beforeEach(async () => {
  port = await freePort();
  whyNot = undefined;
  listener = await startHealthListener({ host: "127.0.0.1", port }, () => whyNot);
});

afterEach(() => listener.close());

async function ask(path: string, method: Asking["method"] = "GET") {
  const { status, json } = await askJson(`http://127.0.0.1:${port}${path}`, { method });
  return `${status} ${json}`.trim();
}

test("it is there from the start, and ready when there is no reason against it", async () => {
  whyNot = "the database is waited for";
  expect(await ask("/livez")).toBe("200 ok");
  expect(await ask("/readyz")).toBe("503 the database is waited for");
  whyNot = undefined;
  expect(await ask("/readyz")).toBe("200 ok");
  whyNot = "the database is waited for";
  expect(await ask("/readyz")).toBe("503 the database is waited for");
});

test("nothing else is answered there", async () => {
  expect(await ask("/metrics")).toBe("404 only /livez and /readyz");
  expect(await ask("/readyz?verbose")).toBe("404 only /livez and /readyz");
  expect(await ask("/readyz", "POST")).toBe("405 only GET");
  whyNot = "no";
  expect(await ask("/readyz", "HEAD")).toBe("503");
});

test("an address that is taken is refused by name", async () => {
  await expect(
    startHealthListener({ host: "127.0.0.1", port }, () => undefined),
  ).rejects.toMatchObject({
    code: "GL_LISTEN",
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test("who keeps a connection open does not keep it from ending", async () => {
  const idle = connect({ host: "127.0.0.1", port });
  idle.write("GET /livez HTTP/1.1\r\nhost: x\r\n");
  await new Promise((resolve) => idle.once("connect", resolve));
  expect(await ask("/livez")).toBe("200 ok");
  await listener.close();
  expect(await text(idle)).toBe("");
  listener = await startHealthListener({ host: "127.0.0.1", port }, () => undefined);
});
