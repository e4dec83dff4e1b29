import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  decodeMessage,
  encodeMessage,
  type Message,
} from "../../../../src/adapters/dns-message/message.ts";
import { decodeName, encodeName, isWithin } from "../../../../src/adapters/dns-message/name.ts";
import {
  decodeAddress,
  decodeAuthority,
  decodeText,
  encodeAddress,
  encodeAuthority,
  encodeText,
} from "../../../../src/adapters/dns-message/record-data.ts";

const MALFORMED = { code: "GL_UNREACHABLE", message: expect.stringContaining("malformed") };
const uint16 = fc.nat(0xffff);
const octets = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
/** Any octets in a label: what comes off the wire must survive going back onto it. */
const wireName = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 6 })
  .map((labels) =>
    Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), label]), ROOT]),
  );
const ROOT = Buffer.from([0]);
const name = wireName.map((wire) => decodeName(wire, 0).name);
const question = fc.record({ name, type: uint16, class: uint16 });
const record = fc.record({
  name,
  // Types whose data is not looked into.
  type: fc.constantFrom(1, 16, 28, 250, 65_280),
  class: uint16,
  ttlSeconds: fc.nat(0xffffffff),
  data: octets,
});
const few = { maxLength: 4 };
const message: fc.Arbitrary<Message> = fc.record({
  id: uint16,
  response: fc.boolean(),
  opcode: fc.nat(15),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  rcode: fc.nat(15),
  questions: fc.array(question, few),
  answers: fc.array(record, few),
  authorities: fc.array(record, few),
  additionals: fc.array(record, few),
});

test("what is encoded is decoded", () => {
  fc.assert(
    fc.property(message, (one) => {
      const { lastRecordAt, ...decoded } = decodeMessage(encodeMessage(one));
      expect(decoded).toEqual(one);
      expect(lastRecordAt).toBeGreaterThanOrEqual(12);
    }),
  );
});

test("a name of any octets survives", () => {
  fc.assert(
    fc.property(wireName, (wire) => {
      expect(encodeName(decodeName(wire, 0).name)).toEqual(wire);
    }),
  );
  expect(decodeName(Buffer.from("\u0003a.b\u0001c\0", "latin1"), 0).name).toBe("a\\.b.c");
  expect(encodeName("\\097\\..x")).toEqual(Buffer.from("\u0002a.\u0001x\0", "latin1"));
});

test("any bytes are a message or are called malformed", () => {
  const cut = fc
    .tuple(message, fc.nat(), fc.nat(255))
    .map(([one, at, octet]) => [encodeMessage(one), at, octet] as const);
  const decodes = (bytes: Buffer) => {
    try {
      expect(encodeMessage(decodeMessage(bytes)).length).toBeGreaterThanOrEqual(12);
    } catch (error) {
      expect(error).toMatchObject(MALFORMED);
    }
  };
  const garbage = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
  fc.assert(fc.property(garbage, decodes));
  fc.assert(
    fc.property(cut, ([bytes, at, octet]) => {
      const broken = Buffer.from(bytes);
      broken[at % broken.length] = octet;
      decodes(broken);
      expect(() => decodeMessage(bytes.subarray(0, at % bytes.length))).toThrow("malformed");
    }),
  );
});

test("compressed names are written out, also within records", () => {
  const header = Buffer.from("000084000001000100000000", "hex");
  const asked = Buffer.concat([encodeName("sandbox.test"), Buffer.from("00020001", "hex")]);
  const answer = Buffer.from("c00c0002000100000e100005026e73c00c", "hex");
  const { answers } = decodeMessage(Buffer.concat([header, asked, answer]));
  expect(answers).toEqual([
    {
      name: "sandbox.test",
      type: 2,
      class: 1,
      ttlSeconds: 3600,
      data: encodeName("ns.sandbox.test"),
    },
  ]);
});

test.each([
  ["to itself", "c00c"],
  ["forward", "c00e"],
  ["to a label that leads back", "0161c00c"],
  ["of an unknown kind", "80"],
  ["that has no end", "0361"],
  ["of one octet", "c0"],
])("a name that points %s is malformed", (_, tail) => {
  const bytes = Buffer.concat([Buffer.alloc(12), Buffer.from(tail, "hex")]);
  expect(() => decodeName(bytes, 12)).toThrow("malformed");
});

test("long chains of pointers and long names are given up", () => {
  const chain = Buffer.concat([
    Buffer.from([0, 0]),
    ...Array.from({ length: 4000 }, (_, at) =>
      Buffer.from([0xc0 | ((2 * at) >> 8), (2 * at) & 255]),
    ),
  ]);
  expect(() => decodeName(chain, chain.length - 2)).toThrow("circles");
  expect(() => encodeName("a".repeat(64))).toThrow("label");
  expect(() => encodeName("a..b")).toThrow("label");
  expect(() => encodeName(`${"a".repeat(60)}.`.repeat(5).slice(0, -1))).toThrow("255 octets");
  expect(() => encodeName("ä")).not.toThrow();
  expect(() => encodeName("€")).toThrow("not ASCII");
});

test("names are within their zone, whatever their case", () => {
  expect(isWithin("Shop.Sandbox.TEST", "sandbox.test")).toBe(true);
  expect(isWithin("sandbox.test", "sandbox.test")).toBe(true);
  expect(isWithin("mysandbox.test", "sandbox.test")).toBe(false);
});

test("the data of records", () => {
  expect(decodeAddress(encodeAddress("127.0.0.2"))).toBe("127.0.0.2");
  for (const wrong of ["", "127.0.0", "::1", "shop"])
    expect(() => encodeAddress(wrong)).toThrow("no IPv4 address");
  expect(() => decodeAddress(Buffer.alloc(3))).toThrow("four octets");
  expect(decodeText(encodeText("epoch=5 sequence=17"))).toBe("epoch=5 sequence=17");
  expect(decodeText(Buffer.from("\u0001a\u0002bc", "latin1"))).toBe("abc");
  expect(() => decodeText(Buffer.from([2, 97]))).toThrow("beyond the end");
  expect(() => encodeText("x".repeat(256))).toThrow("255 octets");
  const soa = {
    primary: "ns.sandbox.test",
    mailbox: "admin.sandbox.test",
    serial: 4_294_967_295,
    seconds: [1, 2, 3, 4] as const,
  };
  expect(decodeAuthority(encodeAuthority(soa))).toEqual(soa);
  expect(() => decodeAuthority(encodeAuthority(soa).subarray(0, -1))).toThrow("wrong length");
});
