import { expect, test } from "@jest/globals";
import { decodeMessage, encodeMessage } from "../../../../src/adapters/dns-message/message.ts";
import {
  encodeTime,
  readTsig,
  refuseSignature,
  sign,
  TSIG_ALGORITHMS,
  TSIG_ERROR,
  type TsigKey,
  whyNotGenuine,
} from "../../../../src/adapters/dns-message/tsig.ts";

const NOW = 1_767_225_600;
const key: TsigKey = {
  name: "greenlight",
  algorithm: "hmac-sha256",
  secret: Buffer.from("0123456789abcdef0123456789abcdef"),
};
const message = encodeMessage({
  id: 4711,
  response: false,
  opcode: 5,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  rcode: 0,
  questions: [{ name: "sandbox.test", type: 6, class: 1 }],
  answers: [],
  authorities: [],
  additionals: [],
});

function read(bytes: Buffer) {
  const tsig = readTsig(bytes, decodeMessage(bytes));
  if (tsig === undefined) throw new Error("no signature");
  return tsig;
}

test.each(TSIG_ALGORITHMS)("%s: what is signed is genuine", (algorithm) => {
  const own = { ...key, algorithm };
  const { message: bytes, mac } = sign(message, own, { timeSeconds: NOW });
  const tsig = read(bytes);
  expect(tsig).toMatchObject({ keyName: "greenlight", algorithm, mac, fudgeSeconds: 300 });
  expect(tsig.signed).toEqual(message);
  expect(whyNotGenuine(tsig, own, { timeSeconds: NOW + 300 })).toBe(TSIG_ERROR.none);
  expect(whyNotGenuine(tsig, own, { timeSeconds: NOW + 301 })).toBe(TSIG_ERROR.badTime);
  expect(whyNotGenuine(tsig, own, { timeSeconds: NOW - 301 })).toBe(TSIG_ERROR.badTime);
});

test("another key, secret, algorithm or request is not", () => {
  const tsig = read(sign(message, key, { timeSeconds: NOW }).message);
  const asked = { timeSeconds: NOW };
  const other = { ...key, secret: Buffer.from("another") };
  expect(whyNotGenuine(tsig, other, asked)).toBe(TSIG_ERROR.badSignature);
  expect(whyNotGenuine(tsig, { ...key, name: "x" }, asked)).toBe(TSIG_ERROR.badKey);
  expect(whyNotGenuine(tsig, { ...key, algorithm: "hmac-sha512" }, asked)).toBe(TSIG_ERROR.badKey);
  expect(whyNotGenuine(tsig, { ...key, name: "GreenLight" }, asked)).toBe(TSIG_ERROR.none);
  const requestMac = Buffer.from("of a request");
  expect(whyNotGenuine(tsig, key, { ...asked, requestMac })).toBe(TSIG_ERROR.badSignature);
  const answer = read(sign(message, key, { timeSeconds: NOW, requestMac }).message);
  expect(whyNotGenuine(answer, key, { ...asked, requestMac })).toBe(TSIG_ERROR.none);
});

test("a flipped bit anywhere is found", () => {
  const { message: bytes } = sign(message, key, { timeSeconds: NOW });
  // The id on the wire may change on the way, and the case of names has no meaning.
  const name = message.length;
  const algorithm = name + "\u000agreenlight\0".length + 10;
  const inCase = (bit: number) =>
    (bit & 7) === 5 &&
    [...between(name + 1, 10), ...between(algorithm + 1, 11)].includes(bit >> 3) &&
    /[a-z]/.test(String.fromCharCode(bytes[bit >> 3] ?? 0));
  for (let bit = 16; bit < bytes.length * 8; bit += 1) {
    const broken = Buffer.from(bytes);
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    if (!inCase(bit)) expect(isGenuine(broken)).toBe(false);
  }

  function isGenuine(broken: Buffer): boolean {
    try {
      return whyNotGenuine(read(broken), key, { timeSeconds: NOW }) === TSIG_ERROR.none;
    } catch (error) {
      expect(error).toHaveProperty("message", expect.stringMatching(/malformed|no signature/));
      return false;
    }
  }

  function between(from: number, size: number): readonly number[] {
    return Array.from({ length: size }, (_, at) => from + at);
  }
});

test("a refused signature is told without one, a late one with the server's time", () => {
  const asked = read(sign(message, key, { timeSeconds: NOW }).message);
  const refused = read(refuseSignature(message, asked, TSIG_ERROR.badKey));
  expect(refused).toMatchObject({ error: TSIG_ERROR.badKey, timeSeconds: NOW });
  expect(refused.mac).toHaveLength(0);
  const { badTime: error } = TSIG_ERROR;
  const late = { timeSeconds: NOW, requestMac: asked.mac, error, other: encodeTime(NOW + 3600) };
  const answer = read(sign(message, key, late).message);
  expect(whyNotGenuine(answer, key, late)).toBe(TSIG_ERROR.none);
  expect(answer.other.readUIntBE(0, 6)).toBe(NOW + 3600);
});

test("one signature, and the last record", () => {
  expect(readTsig(message, decodeMessage(message))).toBeUndefined();
  const { message: once } = sign(message, key, { timeSeconds: NOW });
  const { message: twice } = sign(once, key, { timeSeconds: NOW });
  expect(() => read(twice)).toThrow("not the last record");
  const record = decodeMessage(once).additionals[0];
  if (record === undefined) throw new Error("no record");
  const decoded = decodeMessage(message);
  const early = encodeMessage({ ...decoded, answers: [record] });
  expect(() => readTsig(early, decodeMessage(early))).toThrow("not the last record");
  const odd = encodeMessage({ ...decoded, additionals: [{ ...record, ttlSeconds: 1 }] });
  expect(() => read(odd)).toThrow("odd signature");
  for (const cut of [1, 2, 6, 20, 60]) {
    const data = record.data.subarray(0, -cut);
    const short = encodeMessage({ ...decoded, additionals: [{ ...record, data }] });
    expect(() => read(short)).toThrow("malformed");
  }
});
