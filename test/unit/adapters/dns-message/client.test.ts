import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../../src/adapters/clock/system-clock.ts";
import { createDnsClient } from "../../../../src/adapters/dns-message/client.ts";
import {
  CLASS,
  decodeMessage,
  encodeMessage,
  type Message,
  TYPE,
} from "../../../../src/adapters/dns-message/message.ts";
import { encodeAddress } from "../../../../src/adapters/dns-message/record-data.ts";
import { sign, TSIG_ERROR, type TsigKey } from "../../../../src/adapters/dns-message/tsig.ts";
import { type Answer, openDnsListener } from "../../../fakes/dns-listener.ts";
import { add, createTestClient, ZONE } from "../../../fakes/dns-test-client.ts";

const SHOP = `shop.${ZONE}`;
const key: TsigKey = { name: "k", algorithm: "hmac-sha256", secret: Buffer.from("a secret") };
const changes = [add(SHOP, "127.0.0.3")];
const address = {
  name: SHOP,
  type: TYPE.a,
  class: CLASS.in,
  ttlSeconds: 1,
  data: encodeAddress("127.0.0.2"),
};
const UNREACHABLE = { code: "GL_UNREACHABLE" };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(answer: Answer): Promise<string> {
  const { text, close } = await openDnsListener(answer);
  closing.push(close);
  return text;
}

function replyTo(bytes: Buffer, reply: Partial<Message>): Buffer {
  return encodeMessage({ ...decodeMessage(bytes), response: true, additionals: [], ...reply });
}

test("what is no answer to the question is not taken for one", async () => {
  const strays: readonly ((bytes: Buffer) => Buffer)[] = [
    () => Buffer.from("garbage"),
    (bytes) => bytes,
    (bytes) => replyTo(bytes, { id: (decodeMessage(bytes).id + 1) % 65_536 }),
    (bytes) => replyTo(bytes, { opcode: 4 }),
    (bytes) => replyTo(bytes, { questions: [{ name: "evil.test", type: TYPE.a, class: 1 }] }),
  ];
  for (const stray of strays) {
    const server = await listen(stray);
    const { ask } = createTestClient({ timeoutMs: 30 });
    await expect(ask(server, SHOP, TYPE.a)).rejects.toThrow("no answer within 30 ms");
    const over = await listen((bytes, via) =>
      via === "udp" ? replyTo(bytes, { truncated: true }) : stray(bytes),
    );
    await expect(createTestClient().ask(over, SHOP, TYPE.a)).rejects.toThrow("something else");
  }
});

test("the records of other names and types are left out", async () => {
  const other = { ...address, name: "evil.test" };
  const alias = { ...address, type: 5, data: Buffer.from([0]) };
  const server = await listen((bytes) =>
    replyTo(bytes, { authoritative: true, answers: [other, alias, address] }),
  );
  expect(await createTestClient().ask(server, SHOP, TYPE.a)).toEqual([address]);
});

test.each([
  ["GL_UNREACHABLE", "SERVFAIL", { rcode: 2 }],
  ["GL_REJECTED", "FORMERR", { rcode: 1 }],
  ["GL_REJECTED", "rcode 11", { rcode: 11 }],
  ["GL_FORBIDDEN", "REFUSED", { rcode: 5 }],
  ["GL_NOT_FOUND", "no authority", { rcode: 0 }],
])("%s: an answer %s", async (code, what, reply) => {
  const server = await listen((bytes) => replyTo(bytes, { authoritative: false, ...reply }));
  const asked = createTestClient().ask(server, SHOP, TYPE.a);
  await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(what) });
});

test("that an update was done is believed of none but who has the key", async () => {
  const { update } = createTestClient();
  const unsigned = await listen((bytes) => replyTo(bytes, { rcode: 0 }));
  await expect(update(unsigned, key, { changes })).rejects.toMatchObject(UNREACHABLE);
  const forged = { ...key, secret: Buffer.from("another") };
  const timeSeconds = Math.floor(new SystemClock().wallMs() / 1000);
  const signed = await listen(
    (bytes) => sign(replyTo(bytes, { rcode: 0 }), forged, { timeSeconds }).message,
  );
  await expect(update(signed, key, { changes })).rejects.toThrow("not its own");
  const refused = await listen((bytes) => replyTo(bytes, { rcode: 9 }));
  await expect(update(refused, key, { changes })).rejects.toMatchObject({ code: "GL_FORBIDDEN" });
  const failed = await listen((bytes) => replyTo(bytes, { rcode: 2 }));
  await expect(update(failed, key, { changes })).rejects.toMatchObject(UNREACHABLE);
});

test("a clock that is off is told also where the server does not say by how much", async () => {
  const timeSeconds = Math.floor(new SystemClock().wallMs() / 1000);
  const server = await listen((bytes) => {
    const asked = decodeMessage(bytes).additionals[0]?.data ?? Buffer.alloc(0);
    const requestMac = asked.subarray(23, 55);
    const signing = { timeSeconds, requestMac, error: TSIG_ERROR.badTime };
    return sign(replyTo(bytes, { rcode: 9 }), key, signing).message;
  });
  await expect(createTestClient().update(server, key, { changes })).rejects.toThrow("k (BADTIME)");
});

test("a call ends with its signal, or with its time", async () => {
  const server = await listen(() => undefined);
  const { client } = createTestClient();
  const [host = "", port] = server.split(":");
  const place = { host, port: Number(port), text: server };
  const big = ["a", "b", "c"].map((letter) => ({
    ...address,
    type: TYPE.txt,
    data: Buffer.concat([Buffer.from([200]), Buffer.from(letter.repeat(200))]),
  }));
  for (const parts of [changes, big]) {
    const stop = new AbortController();
    const update = { zone: ZONE, key, prerequisites: [], changes: parts };
    const call = client.update(place, update, stop.signal);
    stop.abort(new Error("stopped"));
    await expect(call).rejects.toThrow("stopped");
    await expect(client.update(place, update, stop.signal)).rejects.toThrow("stopped");
    const soon = createTestClient({ timeoutMs: 20 });
    await expect(soon.update(server, key, { changes: parts })).rejects.toThrow("within 20 ms");
  }
});

test("a server that is not there, or hangs up, is away at once", async () => {
  const { text, close } = await openDnsListener(() => undefined);
  await close();
  const texts = ["a", "b", "c", "d"].map((letter) => ({
    ...address,
    data: Buffer.from(letter.repeat(200)),
  }));
  const { ask, update } = createTestClient();
  await expect(ask(text, SHOP, TYPE.a)).rejects.toMatchObject(UNREACHABLE);
  await expect(update(text, key, { changes: texts })).rejects.toMatchObject(UNREACHABLE);
  const rude = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(rude, "listening");
  closing.push(async () => void rude.close());
  const at = rude.address();
  const port = typeof at === "object" && at ? at.port : 0;
  await expect(update(`127.0.0.1:${port}`, key, { changes: texts })).rejects.toThrow("it closed");
});

test("it asks from the address that it is given", async () => {
  const clock = new SystemClock();
  const chance = { id: () => "", fraction: () => 0.25 };
  const asked = new Set<string>();
  const server = await listen((bytes, via, from) => {
    asked.add(`${decodeMessage(bytes).id} ${via} ${from}`);
    return replyTo(bytes, { authoritative: true, truncated: via === "udp" });
  });
  const [host = "", port] = server.split(":");
  const place = { host, port: Number(port), text: server };
  const question = { name: SHOP, type: TYPE.a };
  const { signal } = new AbortController();
  const options = { clock, chance, timeoutMs: 5000 };
  const own = createDnsClient({ ...options, localAddress: "127.0.0.11" });
  expect(await own.ask(place, question, signal)).toEqual([]);
  expect(await createDnsClient(options).ask(place, question, signal)).toEqual([]);
  const all = ["127.0.0.11", "127.0.0.1"].flatMap((from) => [`udp ${from}`, `tcp ${from}`]);
  expect([...asked]).toEqual(all.map((one) => `16384 ${one}`));
  const nowhere = createDnsClient({ ...options, localAddress: "192.0.2.1" });
  await expect(nowhere.ask(place, question, signal)).rejects.toMatchObject(UNREACHABLE);
});
