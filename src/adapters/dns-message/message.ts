import { malformed } from "./malformed.ts";
import { decodeName, encodeName } from "./name.ts";
import { decodeData } from "./record-data.ts";

/** One message: a question, an answer, or an update (RFC 1035, RFC 2136). */
export interface Message {
  /** 0 to 65,535. */
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly rcode: number;
  /** In an update: the zone. */
  readonly questions: readonly Question[];
  /** In an update: the prerequisites. */
  readonly answers: readonly ResourceRecord[];
  /** In an update: the changes. */
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

export interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface ResourceRecord extends Question {
  readonly ttlSeconds: number;
  /** As on the wire, with names written out; empty in some records of an update. */
  readonly data: Buffer;
}

export interface Decoded extends Message {
  /** Where the last record begins, which is where a signature, if it is one, begins. */
  readonly lastRecordAt: number;
}

export const OPCODE = { query: 0, update: 5 } as const;
export const TYPE = { a: 1, ns: 2, soa: 6, txt: 16, opt: 41, tsig: 250, any: 255 } as const;
export const CLASS = { in: 1, none: 254, any: 255 } as const;

/** Names are not compressed, except by those who send to us. */
export function encodeMessage(message: Message): Buffer {
  const { questions, answers, authorities, additionals } = message;
  const sections = [questions, answers, authorities, additionals];
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt16BE(message.id, 0);
  header.writeUInt16BE(flagsOf(message), 2);
  for (const [at, section] of sections.entries()) header.writeUInt16BE(section.length, 4 + 2 * at);
  const records = [...answers, ...authorities, ...additionals].map(encodeRecord);
  const encoded = Buffer.concat([header, ...questions.map(encodeQuestion), ...records]);
  if (encoded.length > MAX_SIZE) throw malformed(`${encoded.length} octets`);
  return encoded;
}

/** Total on any bytes: the message, or GL_UNREACHABLE with what is wrong with it. */
export function decodeMessage(bytes: Buffer): Decoded {
  if (bytes.length < HEADER_SIZE) throw malformed("shorter than its header");
  const flags = bytes.readUInt16BE(2);
  const count = (section: number) => bytes.readUInt16BE(4 + 2 * section);
  const place = { at: HEADER_SIZE, lastRecordAt: HEADER_SIZE };
  const read = <T>(section: number, one: (bytes: Buffer, place: Place) => T) =>
    Array.from({ length: count(section) }, () => one(bytes, place));
  const sections = {
    questions: read(0, decodeQuestion),
    answers: read(1, decodeRecord),
    authorities: read(2, decodeRecord),
    additionals: read(3, decodeRecord),
  };
  if (place.at !== bytes.length) throw malformed("octets after its end");
  return {
    id: bytes.readUInt16BE(0),
    response: (flags & FLAG.response) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & FLAG.authoritative) !== 0,
    truncated: (flags & FLAG.truncated) !== 0,
    recursionDesired: (flags & FLAG.recursionDesired) !== 0,
    rcode: flags & 15,
    ...sections,
    lastRecordAt: place.lastRecordAt,
  };
}

interface Place {
  at: number;
  lastRecordAt: number;
}

const HEADER_SIZE = 12;
const MAX_SIZE = 65_535;
const FLAG = { response: 0x8000, authoritative: 0x400, truncated: 0x200, recursionDesired: 0x100 };

function flagsOf(message: Message): number {
  const { response, authoritative, truncated, recursionDesired, opcode, rcode } = message;
  const bits = { response, authoritative, truncated, recursionDesired };
  let flags = (opcode << 11) | rcode;
  for (const bit of ["response", "authoritative", "truncated", "recursionDesired"] as const)
    if (bits[bit]) flags |= FLAG[bit];
  return flags;
}

function encodeQuestion({ name, type, class: class_ }: Question): Buffer {
  const fixed = Buffer.alloc(4);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(class_, 2);
  return Buffer.concat([encodeName(name), fixed]);
}

function encodeRecord(record: ResourceRecord): Buffer {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt32BE(record.ttlSeconds, 0);
  fixed.writeUInt16BE(record.data.length, 4);
  return Buffer.concat([encodeQuestion(record), fixed, record.data]);
}

function decodeQuestion(bytes: Buffer, place: Place): Question {
  const { name, end } = decodeName(bytes, place.at);
  if (end + 4 > bytes.length) throw malformed("a question beyond the end");
  place.at = end + 4;
  return { name, type: bytes.readUInt16BE(end), class: bytes.readUInt16BE(end + 2) };
}

function decodeRecord(bytes: Buffer, place: Place): ResourceRecord {
  place.lastRecordAt = place.at;
  const question = decodeQuestion(bytes, place);
  const from = place.at + 6;
  if (from > bytes.length) throw malformed("a record beyond the end");
  const ttlSeconds = bytes.readUInt32BE(place.at);
  const to = from + bytes.readUInt16BE(place.at + 4);
  if (to > bytes.length) throw malformed("a record beyond the end");
  place.at = to;
  return { ...question, ttlSeconds, data: decodeData(bytes, question.type, { from, to }) };
}
