import { createHmac, timingSafeEqual } from "node:crypto";
import { malformed } from "./malformed.ts";
import { CLASS, type Decoded, type ResourceRecord, TYPE } from "./message.ts";
import { decodeName, encodeName, isSameName } from "./name.ts";

/** A secret that two sides share (RFC 8945). Never log one, nor put one into an error. */
export interface TsigKey {
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Buffer;
}

export const TSIG_ALGORITHMS = ["hmac-sha256", "hmac-sha384", "hmac-sha512"] as const;
export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];
export const TSIG_ERROR = { none: 0, badSignature: 16, badKey: 17, badTime: 18 } as const;

/** The signature that a message ends with. */
export interface Tsig {
  readonly keyName: string;
  readonly algorithm: string;
  /** The signer's clock, in seconds since 1970, and how far from it a reader's may be. */
  readonly timeSeconds: number;
  readonly fudgeSeconds: number;
  /** Empty in an answer that refuses the request's signature. */
  readonly mac: Buffer;
  readonly error: number;
  /** With BADTIME, the server's clock. */
  readonly other: Buffer;
  /** The message without it, as it was when it was signed. */
  readonly signed: Buffer;
}

interface Signing {
  readonly timeSeconds: number;
  /** In an answer: of the request's signature. */
  readonly requestMac?: Buffer;
  readonly error?: number;
  readonly other?: Buffer;
}

/** The message with a signature at its end, and the signature's MAC. */
export function sign(message: Buffer, key: TsigKey, signing: Signing) {
  const unsigned = { ...EMPTY, ...signing, keyName: key.name, algorithm: key.algorithm };
  const mac = digest({ ...unsigned, signed: message }, key, signing.requestMac);
  return { message: append(message, { ...unsigned, mac }), mac };
}

/** The answer to a request whose signature is not believed: it says why, and has none itself. */
export function refuseSignature(message: Buffer, asked: Tsig, error: number): Buffer {
  return append(message, { ...asked, error, mac: EMPTY.mac, other: EMPTY.other });
}

/** The signature of a message; undefined where it has none. Throws where it is not the last. */
export function readTsig(bytes: Buffer, message: Decoded): Tsig | undefined {
  const { answers, authorities, additionals, lastRecordAt } = message;
  const last = additionals.at(-1);
  const all = [...answers, ...authorities, ...additionals];
  const found = all.filter(({ type }) => type === TYPE.tsig);
  if (found.length === 0) return undefined;
  if (found.length > 1 || last === undefined || found[0] !== last)
    throw malformed("a signature that is not the last record");
  if (last.class !== CLASS.any || last.ttlSeconds !== 0) throw malformed("an odd signature");
  const { originalId, ...tsig } = parse(last);
  const signed = Buffer.from(bytes.subarray(0, lastRecordAt));
  signed.writeUInt16BE(originalId, 0);
  signed.writeUInt16BE(additionals.length - 1, 10);
  return { ...tsig, signed };
}

/** Why the signature is not believed, as one of TSIG_ERROR; none where it is. */
export function whyNotGenuine(
  tsig: Tsig,
  key: TsigKey,
  { timeSeconds, requestMac }: Pick<Signing, "timeSeconds" | "requestMac">,
): number {
  if (!isSameName(tsig.keyName, key.name) || !isSameName(tsig.algorithm, key.algorithm))
    return TSIG_ERROR.badKey;
  const mac = digest(tsig, key, requestMac);
  if (mac.length !== tsig.mac.length || !timingSafeEqual(mac, tsig.mac))
    return TSIG_ERROR.badSignature;
  const late = Math.abs(timeSeconds - tsig.timeSeconds) > tsig.fudgeSeconds;
  return late ? TSIG_ERROR.badTime : TSIG_ERROR.none;
}

/** Seconds since 1970 in six octets, as signatures hold them. */
export function encodeTime(timeSeconds: number): Buffer {
  const time = Buffer.alloc(6);
  time.writeUIntBE(timeSeconds, 0, 6);
  return time;
}

const FUDGE_SECONDS = 300;
const EMPTY = {
  fudgeSeconds: FUDGE_SECONDS,
  mac: Buffer.alloc(0),
  error: TSIG_ERROR.none as number,
  other: Buffer.alloc(0),
};
const HASHES = { "hmac-sha256": "sha256", "hmac-sha384": "sha384", "hmac-sha512": "sha512" };

/** Over the request's MAC, the message, and what the record says beside its MAC. */
function digest(tsig: Omit<Tsig, "mac">, key: TsigKey, requestMac: Buffer | undefined): Buffer {
  const { timeSeconds, fudgeSeconds, error, other } = tsig;
  const hmac = createHmac(HASHES[key.algorithm], key.secret);
  if (requestMac !== undefined) hmac.update(octets16(requestMac));
  hmac.update(tsig.signed);
  hmac.update(encodeName(key.name.toLowerCase()));
  hmac.update(number16(CLASS.any)).update(Buffer.alloc(4));
  hmac.update(encodeName(key.algorithm));
  hmac.update(encodeTime(timeSeconds)).update(number16(fudgeSeconds));
  return hmac.update(number16(error)).update(octets16(other)).digest();
}

function append(message: Buffer, tsig: Omit<Tsig, "signed">): Buffer {
  const data = Buffer.concat([
    encodeName(tsig.algorithm.toLowerCase()),
    encodeTime(tsig.timeSeconds),
    number16(tsig.fudgeSeconds),
    octets16(tsig.mac),
    message.subarray(0, 2),
    number16(tsig.error),
    octets16(tsig.other),
  ]);
  const fixed = Buffer.concat([number16(TYPE.tsig), number16(CLASS.any), Buffer.alloc(4)]);
  const name = encodeName(tsig.keyName.toLowerCase());
  const whole = Buffer.concat([message, name, fixed, octets16(data)]);
  whole.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return whole;
}

function parse({ name, data }: ResourceRecord) {
  const algorithm = decodeName(data, 0);
  const macAt = algorithm.end + 10;
  if (macAt > data.length) throw malformed("a signature cut short");
  const mac = octetsAt(data, macAt - 2);
  const errorAt = macAt + mac.length + 2;
  if (errorAt + 2 > data.length) throw malformed("a signature cut short");
  const other = octetsAt(data, errorAt + 2);
  if (errorAt + 4 + other.length !== data.length) throw malformed("a signature of a wrong length");
  return {
    keyName: name,
    algorithm: algorithm.name,
    timeSeconds: data.readUIntBE(algorithm.end, 6),
    fudgeSeconds: data.readUInt16BE(algorithm.end + 6),
    mac,
    originalId: data.readUInt16BE(errorAt - 2),
    error: data.readUInt16BE(errorAt),
    other,
  };
}

function octetsAt(data: Buffer, at: number): Buffer {
  if (at + 2 > data.length) throw malformed("a signature cut short");
  const end = at + 2 + data.readUInt16BE(at);
  if (end > data.length) throw malformed("a signature cut short");
  return data.subarray(at + 2, end);
}

function number16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function octets16(octets: Buffer): Buffer {
  return Buffer.concat([number16(octets.length), octets]);
}
