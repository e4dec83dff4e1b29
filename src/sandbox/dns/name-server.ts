import { RCODE } from "../../adapters/dns-message/answer.ts";
import {
  type Decoded,
  decodeMessage,
  encodeMessage,
  type Message,
  OPCODE,
  type ResourceRecord,
  TYPE,
} from "../../adapters/dns-message/message.ts";
import {
  encodeTime,
  readTsig,
  refuseSignature,
  sign,
  TSIG_ERROR,
  type Tsig,
  type TsigKey,
  whyNotGenuine,
} from "../../adapters/dns-message/tsig.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { answerQuery, type Reply } from "./answer-query.ts";
import { answerUpdate } from "./answer-update.ts";
import {
  changed,
  createZone,
  type RecordSet,
  recordsOf,
  serialOf,
  withRecords,
  type Zone,
  type ZoneRecord,
} from "./zone.ts";

/** The authoritative server of one zone. It opens no socket: whoever listens brings messages. */
export interface NameServer {
  /** undefined: it was no question, so it gets no answer. Total on any bytes. */
  answer(message: Buffer, via: "udp" | "tcp"): Buffer | undefined;
  /** Its A and TXT records. */
  records(): readonly ZoneRecord[];
  serial(): number;
  /** As its owner would: each record replaces those of its name and type. */
  set(records: readonly ZoneRecord[]): void;
  /** All that it holds. */
  zone(): Zone;
  /** As its owner would, with anything. */
  edit(change: (sets: ReadonlyMap<string, RecordSet>) => ReadonlyMap<string, RecordSet>): void;
}

export interface NameServerOptions {
  readonly zone: string;
  /** Where the server itself is said to be: the A record of `ns.ZONE`. */
  readonly address: string;
  readonly records: readonly ZoneRecord[];
  /** Who may change the zone. */
  readonly key: TsigKey;
  readonly clock: Clock;
}

export function createNameServer(options: NameServerOptions): NameServer {
  let zone = withRecords(createZone(options.zone, options.address), options.records);
  const reply = (asked: Decoded, tsig: Tsig | undefined): Reply => {
    if (asked.opcode === OPCODE.query) return answerQuery(zone, asked.questions);
    if (asked.opcode !== OPCODE.update) return { rcode: RCODE.NOTIMP };
    if (tsig === undefined) return { rcode: RCODE.REFUSED };
    const updated = answerUpdate(zone, asked);
    zone = updated.zone;
    return { rcode: updated.rcode };
  };
  return {
    answer(message, via) {
      // Too short for a header, or itself an answer.
      if (message.length < HEADER_SIZE || (message[2] ?? 0) & 0x80) return undefined;
      const read = readRequest(message);
      if (read === undefined) return formatError(message);
      const { asked, tsig } = read;
      const limit = via === "udp" ? udpLimit(asked) : Number.POSITIVE_INFINITY;
      if (tsig === undefined)
        return encodeWithin(asked, reply(asked, tsig), { limit, seal: (one) => one });
      const timeSeconds = Math.floor(options.clock.wallMs() / 1000);
      const error = whyNotGenuine(tsig, options.key, { timeSeconds });
      const refused = { rcode: RCODE.NOTAUTH };
      if (error === TSIG_ERROR.badKey || error === TSIG_ERROR.badSignature)
        return refuseSignature(encodeReply(asked, refused), tsig, error);
      const late = { timeSeconds: tsig.timeSeconds, error, other: encodeTime(timeSeconds) };
      const signing = { ...(error ? late : { timeSeconds }), requestMac: tsig.mac };
      const seal = (one: Buffer) => sign(one, options.key, signing).message;
      return encodeWithin(asked, error ? refused : reply(asked, tsig), { limit, seal });
    },
    records: () => recordsOf(zone),
    serial: () => serialOf(zone),
    set: (records) => {
      zone = withRecords(zone, records);
    },
    zone: () => zone,
    edit: (change) => {
      zone = changed(zone, change(zone.sets));
    },
  };
}

const HEADER_SIZE = 12;
const MIN_UDP = 512;
/** What fits through any path in one piece. */
const MAX_UDP = 1232;

/** undefined: malformed, or with more than one question, which no request has. */
function readRequest(message: Buffer) {
  try {
    const asked = decodeMessage(message);
    if (asked.questions.length > 1) return undefined;
    return { asked, tsig: readTsig(message, asked) };
  } catch {
    return undefined;
  }
}

/** Nothing of the message is believed but its id and its opcode. */
function formatError(message: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  message.copy(header, 0, 0, 3);
  header.writeUInt8(0x80 | (header.readUInt8(2) & 0x78), 2);
  header.writeUInt8(RCODE.FORMERR, 3);
  return header;
}

/** The reply, or where it has more octets than its way takes: come back over TCP. */
function encodeWithin(
  asked: Message,
  reply: Reply,
  { limit, seal }: { readonly limit: number; readonly seal: (bytes: Buffer) => Buffer },
): Buffer {
  const whole = seal(encodeReply(asked, reply));
  if (whole.length <= limit) return whole;
  return seal(encodeReply(asked, { ...reply, answers: [], authorities: [] }, true));
}

function encodeReply(asked: Message, reply: Reply, truncated = false): Buffer {
  return encodeMessage({
    ...asked,
    response: true,
    truncated,
    authoritative: false,
    answers: [],
    authorities: [],
    ...reply,
    additionals: optionsOf(asked) ? [OPTIONS] : [],
  });
}

/** What whoever asks can take over UDP, where it says so (EDNS). */
function udpLimit(asked: Message): number {
  return Math.min(Math.max(optionsOf(asked)?.class ?? 0, MIN_UDP), MAX_UDP);
}

function optionsOf({ additionals }: Message): ResourceRecord | undefined {
  return additionals.find(({ type }) => type === TYPE.opt);
}

const NOTHING = Buffer.alloc(0);
/** OPT has a size where others have a class. */
const OPTIONS = { name: "", type: TYPE.opt, class: MAX_UDP, ttlSeconds: 0, data: NOTHING };
