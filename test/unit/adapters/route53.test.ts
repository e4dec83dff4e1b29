import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { CREDENTIALS } from "../../fakes/route53-server.ts";
import { createRoute53Tools } from "../../fakes/route53-tools.ts";

const { signal } = new AbortController();
let answer: { readonly status: number; readonly body: string };
let delayed: (() => void)[];
let tools: ReturnType<typeof createRoute53Tools>;
let endpoint: string;
const server = () =>
  createServer((_, response) => {
    const { status, body } = answer;
    if (status === 0) delayed.push(() => response.end());
    else response.writeHead(status, { "content-type": "text/xml" }).end(body);
  });
let listening: ReturnType<typeof server>;

beforeEach(async () => {
  delayed = [];
  tools = createRoute53Tools({ timeoutMs: 300 });
  listening = server();
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await tools.close();
  const closed = new Promise((resolve) => listening.close(resolve));
  listening.closeAllConnections();
  await closed;
});

const api = () => tools.route53({ endpoint, credentials: CREDENTIALS });
const list = () => api().list("Z1", { name: "shop.sandbox.test" }, signal);
const change = () => api().change("Z1", { changes: [], comment: "" }, signal);
const errorOf = (code: string, words: string) =>
  `<?xml version="1.0"?>\n<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${words}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

test.each([
  ["InvalidChangeBatch", 400, "GL_CONFLICT"],
  ["InvalidInput", 400, "GL_CONFLICT"],
  ["NoSuchHostedZone", 404, "GL_NOT_FOUND"],
  ["AccessDenied", 403, "GL_FORBIDDEN"],
  ["ExpiredToken", 403, "GL_FORBIDDEN"],
  ["LimitsExceeded", 400, "GL_REJECTED"],
  ["InternalFailure", 500, "GL_UNREACHABLE"],
  ["ServiceUnavailable", 503, "GL_UNREACHABLE"],
])("%s with %d of a change is %s", async (name, status, code) => {
  answer = { status, body: errorOf(name, "[these are its words]") };
  const expected = status < 500 ? `${name}: [these are its words]` : `HTTP ${status}`;
  await expect(change()).rejects.toMatchObject({
    code,
    message: expect.stringContaining(expected),
  });
});

test("what is wrong with a question is no conflict", async () => {
  answer = { status: 400, body: errorOf("InvalidInput", "no") };
  await expect(list()).rejects.toMatchObject({ code: "GL_REJECTED" });
});

test("an answer whose root is the error is told, too", async () => {
  const words = "Tried to create resource record set, but it already exists";
  const body = `<?xml version="1.0"?><InvalidChangeBatch xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Messages><Message>${words}</Message></Messages></InvalidChangeBatch>`;
  answer = { status: 400, body };
  await expect(change()).rejects.toMatchObject({
    code: "GL_CONFLICT",
    message: expect.stringContaining(words),
  });
});

test.each([
  ["no XML", 500, '{"error": "fault"}'],
  ["half an answer", 200, "<ListResourceRecordSetsResponse><Resour"],
])("%s is no answer", async (_, status, body) => {
  answer = { status, body };
  await expect(list()).rejects.toMatchObject({ code: "GL_UNREACHABLE" });
});

test("a call without an answer is bounded", async () => {
  answer = { status: 0, body: "" };
  await expect(list()).rejects.toMatchObject({
    code: "GL_UNREACHABLE",
    message: expect.stringContaining("no answer within 300 ms"),
  });
});

test("once closed, it can be opened again", async () => {
  answer = { status: 200, body: "<GetChangeResponse/>" };
  await tools.close();
  expect(await api().isInSync("C1", signal)).toBe(false);
});
