import { isIPv4 } from "node:net";
import { malformed } from "./malformed.ts";
import { decodeName, encodeName } from "./name.ts";

/** What the SOA record says, as far as anyone here needs it. */
export interface Authority {
  readonly primary: string;
  readonly mailbox: string;
  /** Rises with every change of the zone, modulo 2^32. */
  readonly serial: number;
  /** Refresh, retry, expire, and how long a denial may be kept: in seconds. */
  readonly seconds: readonly [number, number, number, number];
}

export function encodeAddress(address: string): Buffer {
  if (!isIPv4(address)) throw malformed(`${address || "nothing"} is no IPv4 address`);
  return Buffer.from(address.split(".").map(Number));
}

export function decodeAddress(data: Buffer): string {
  if (data.length !== 4) throw malformed("an address that has not four octets");
  return data.join(".");
}

/** One string of at most 255 octets. */
export function encodeText(text: string): Buffer {
  const octets = Buffer.from(text);
  if (octets.length > 255) throw malformed("a text of more than 255 octets");
  return Buffer.concat([Buffer.from([octets.length]), octets]);
}

/** All its strings as one. */
export function decodeText(data: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 1 + (data[at] ?? 0);
    if (end > data.length) throw malformed("a text beyond the end");
    parts.push(data.subarray(at + 1, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8");
}

export function encodeAuthority({ primary, mailbox, serial, seconds }: Authority): Buffer {
  const numbers = Buffer.alloc(20);
  for (const [at, value] of [serial, ...seconds].entries()) numbers.writeUInt32BE(value, 4 * at);
  return Buffer.concat([encodeName(primary), encodeName(mailbox), numbers]);
}

export function decodeAuthority(data: Buffer): Authority {
  const primary = decodeName(data, 0);
  const mailbox = decodeName(data, primary.end);
  const { end } = mailbox;
  if (data.length !== end + 20) throw malformed("an SOA record of a wrong length");
  const number = (at: number) => data.readUInt32BE(end + 4 * at);
  return {
    primary: primary.name,
    mailbox: mailbox.name,
    serial: number(0),
    seconds: [number(1), number(2), number(3), number(4)],
  };
}

/**
 * A record's data by itself: names that point into the message are written out. Only the types of
 * RFC 1035 may be compressed; all others are taken as they are.
 */
export function decodeData(
  message: Buffer,
  type: number,
  { from, to }: { readonly from: number; readonly to: number },
): Buffer {
  const layout = COMPRESSIBLE[type];
  if (layout === undefined || from === to) return Buffer.from(message.subarray(from, to));
  const parts: Buffer[] = [message.subarray(from, from + layout.before)];
  let at = from + layout.before;
  for (let left = layout.names; left > 0; left -= 1) {
    const { name, end } = decodeName(message, at);
    parts.push(encodeName(name));
    at = end;
  }
  if (at + layout.after !== to) throw malformed("a record's data of a wrong length");
  return Buffer.concat([...parts, message.subarray(at, to)]);
}

/** By type (NS, CNAME, SOA, PTR, MX): octets before, names, octets after. */
const COMPRESSIBLE: Readonly<
  Record<number, { readonly before: number; readonly names: number; readonly after: number }>
> = {
  2: { before: 0, names: 1, after: 0 },
  5: { before: 0, names: 1, after: 0 },
  6: { before: 0, names: 2, after: 20 },
  12: { before: 0, names: 1, after: 0 },
  15: { before: 2, names: 1, after: 0 },
};
