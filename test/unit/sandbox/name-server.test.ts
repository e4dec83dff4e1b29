import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  decodeMessage,
  encodeMessage,
  type Message,
  TYPE,
} from "../../../src/adapters/dns-message/message.ts";
import { sign, type TsigKey } from "../../../src/adapters/dns-message/tsig.ts";
import { createNameServer } from "../../../src/sandbox/dns/name-server.ts";
import { add, addText, removeAll, ZONE } from "../../fakes/dns-test-client.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const SHOP = `shop.${ZONE}`;
const key: TsigKey = { name: "k", algorithm: "hmac-sha256", secret: Buffer.from("a secret") };
const clock = new VirtualClock();
const timeSeconds = Math.floor(clock.wallMs() / 1000);
const query: Message = {
  id: 4711,
  response: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  rcode: 0,
  questions: [{ name: SHOP, type: TYPE.a, class: 1 }],
  answers: [],
  authorities: [],
  additionals: [],
};
const update: Message = {
  ...query,
  opcode: 5,
  questions: [{ name: ZONE, type: TYPE.soa, class: 1 }],
  authorities: [removeAll(SHOP, TYPE.a), add(SHOP, "127.0.0.3"), addText(SHOP, "x")],
};

function open() {
  const records = [{ name: SHOP, type: "A", ttlSeconds: 1, value: "127.0.0.2" }] as const;
  return createNameServer({ zone: ZONE, address: "127.0.0.1", records, key, clock });
}

function ask(message: Message, server = open()): Message {
  const bytes = server.answer(encodeMessage(message), "udp");
  if (bytes === undefined) throw new Error("no answer");
  return decodeMessage(bytes);
}

test("any bytes get an answer or none, and change nothing", () => {
  const server = open();
  const before = server.records();
  const never = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const whole = sign(encodeMessage(update), key, { timeSeconds }).message;
  const broken = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
  const keeps = (bytes: Buffer) => {
    const answer = server.answer(bytes, "udp");
    if (answer !== undefined) expect(decodeMessage(answer)).toMatchObject({ response: true });
    expect(server.records()).toEqual(before);
  };
  fc.assert(fc.property(never, keeps));
  fc.assert(
    fc.property(broken, ([at, flip]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      // The id is not signed where someone forwards, and the case of the key's name means nothing.
      if (at > 1 && !(flip === 0x20 && at > encodeMessage(update).length)) keeps(bytes);
    }),
  );
  expect(server.answer(whole, "udp")).toBeDefined();
  expect(server.serial()).toBe(3);
});

test("an answer gets none, nor does a stump", () => {
  expect(open().answer(encodeMessage({ ...query, response: true }), "udp")).toBeUndefined();
  expect(open().answer(Buffer.alloc(11), "tcp")).toBeUndefined();
});

test("it says what is wrong with a request", () => {
  const [question = query.questions[0]] = query.questions;
  if (question === undefined) throw new Error("no question");
  expect(ask({ ...query, opcode: 4 })).toMatchObject({ rcode: 4, id: 4711 });
  expect(ask({ ...query, questions: [] })).toMatchObject({ rcode: 1 });
  expect(ask({ ...query, questions: [question, question] })).toMatchObject({ rcode: 1, id: 4711 });
  expect(ask(update)).toMatchObject({ rcode: 5, opcode: 5 });
  const cut = open().answer(encodeMessage(update).subarray(0, 20), "udp");
  expect(cut && decodeMessage(cut)).toMatchObject({ rcode: 1, id: 4711, opcode: 5 });
});

test("it answers in the case that it was asked in", () => {
  const name = "sHOP.SandBox.TEST";
  const { answers } = ask({ ...query, questions: [{ name, type: TYPE.a, class: 1 }] });
  expect(answers).toMatchObject([{ name, ttlSeconds: 1 }]);
});

test("what its owner sets raises the serial, unless it is there already", () => {
  const server = open();
  const first = server.serial();
  const next = { name: SHOP, type: "A", ttlSeconds: 1, value: "127.0.0.3" } as const;
  server.set([next]);
  server.set([next]);
  expect(server.serial()).toBe(first + 1);
  expect(server.records()).toContainEqual(next);
});
