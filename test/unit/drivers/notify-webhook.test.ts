import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { dateOf } from "../../../src/adapters/clock/rfc3339.ts";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { registry } from "../../../src/drivers/notify/registry.ts";
import { create } from "../../../src/drivers/notify/webhook.ts";
import { type Message, retryAfterOf } from "../../../src/engine/ports/notifier.ts";
import { openTcpServer } from "../../fakes/tcp-server.ts";

const clock = new SystemClock();
const key = Buffer.alloc(24, 9);
const secret = `whsec_${key.toString("base64")}`;
const { signal } = new AbortController();
const MESSAGE: Message = {
  id: "01m",
  severity: "warning",
  application: "shop",
  title: "shop moves",
  text: "blue is away",
  at: 1_767_225_600_123,
};

let status: number;
let retryAfter: string | undefined;
let taken: { readonly headers: IncomingMessage["headers"]; readonly body: string }[];
let server: Awaited<ReturnType<typeof openTcpServer>>;
beforeEach(async () => {
  status = 204;
  retryAfter = undefined;
  taken = [];
  const http = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      taken.push({ headers: request.headers, body: Buffer.concat(parts).toString("utf8") });
      if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
      response.writeHead(status, { location: "/elsewhere" }).end("x".repeat(1_000));
    });
  });
  server = await openTcpServer((socket) => http.emit("connection", socket));
});
afterEach(() => server.close());

const send = () =>
  create({ url: `http://127.0.0.1:${server.port}/hook` }, { clock, secret }).send(MESSAGE, signal);

test("the receiver can check who sent it, and when", async () => {
  await send();
  const { headers, body } = taken[0] ?? { headers: {}, body: "" };
  const [id, timestamp] = ["webhook-id", "webhook-timestamp"].map((name) => String(headers[name]));
  expect(id).toBe("01m");
  expect(Math.abs(Number(timestamp) - clock.wallMs() / 1000)).toBeLessThan(60);
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
  expect(JSON.parse(body)).toMatchObject({
    type: "greenlight.message",
    timestamp: "2026-01-01T00:00:00.123Z",
    data: { id: "01m", severity: "warning", title: "shop moves" },
  });
});

test.each([
  [302, "GL_REJECTED"],
  [410, "GL_REJECTED"],
  [429, "GL_UNREACHABLE"],
  [503, "GL_UNREACHABLE"],
])("an answer of %d is not taken, and asked once", async (answer, code) => {
  status = answer;
  await expect(send()).rejects.toMatchObject({ code });
  expect(taken).toHaveLength(1);
});

test.each<[string | undefined, (ms: number) => boolean]>([
  ["7", (ms) => ms === 7_000],
  [dateOf(clock.wallMs() + 60_000).toUTCString(), (ms) => ms > 30_000 && ms <= 60_000],
  [dateOf(0).toUTCString(), (ms) => ms === 0],
  ["soon", (ms) => ms === 0],
  [undefined, (ms) => ms === 0],
])("when to come again is heard, in seconds or as a date: %p", async (said, is) => {
  [status, retryAfter] = [429, said];
  const error = await send().catch((thrown: unknown) => thrown);
  expect(is(retryAfterOf(error) ?? Number.NaN)).toBe(true);
});

test.each([undefined, "", "secret", "whsec_", "whsec_c2hvcnQ=", `whsec_${"A".repeat(400)}`])(
  "%p is no secret, and is not shown",
  (wrong) => {
    const made = () => create({ url: "http://127.0.0.1:1/" }, { clock, secret: wrong });
    expect(made).toThrow(expect.objectContaining({ code: "GL_CONFIG" }));
    expect(made).not.toThrow("c2hvcnQ");
  },
);

test.each([
  [{ notifier: "log" }, true],
  [{ notifier: "webhook", url: "https://hooks.test/x", secretRef: "env/HOOK" }, true],
  [{ notifier: "log", level: "info" }, false],
  [{ notifier: "webhook", url: "https://hooks.test/x" }, false],
  [{ notifier: "webhook", url: "ftp://hooks.test/x", secretRef: "env/HOOK" }, false],
  [{ notifier: "webhook", url: "https://hooks.test/x", secretRef: "whsec_abc" }, false],
  [{ notifier: "pager" }, false],
])("%j is a configuration: %p", (config, is) => {
  expect(registry.safeParse(config).success).toBe(is);
});
