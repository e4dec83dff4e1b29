import type { DnsClient, Update } from "../../adapters/dns-message/client.ts";
import type { Endpoint } from "../../adapters/dns-message/endpoint.ts";
import { CLASS, type ResourceRecord, TYPE } from "../../adapters/dns-message/message.ts";
import {
  decodeAddress,
  decodeText,
  encodeAddress,
  encodeText,
} from "../../adapters/dns-message/record-data.ts";
import type { Fence } from "../../domain/fence.ts";
import { fenceNameOf, pairText, readPair } from "./pair-text.ts";

/** The record of a public name as its zone holds it, and the pair of whoever wrote it last. */
export interface HeldRecord {
  readonly fence: Fence;
  /** "" where there is none; several, with a space between, where someone else put them there. */
  readonly address: string;
  readonly ttlSeconds: number;
  /** Both sets as they were read: what an update says that it replaces. */
  readonly addresses: readonly ResourceRecord[];
  readonly texts: readonly ResourceRecord[];
}

/** Rejects with GL_RECORD_UNREADABLE where there is a pair that we did not write. */
export async function readRecord(
  dns: DnsClient,
  { server, record }: { readonly server: Endpoint; readonly record: string },
  signal: AbortSignal,
): Promise<HeldRecord> {
  const [addresses, texts] = await Promise.all([
    dns.ask(server, { name: record, type: TYPE.a }, signal),
    dns.ask(server, { name: fenceNameOf(record), type: TYPE.txt }, signal),
  ]);
  return {
    fence: fenceOf(texts, record),
    address: addressOf(addresses),
    ttlSeconds: addresses[0]?.ttlSeconds ?? 0,
    addresses,
    texts,
  };
}

export function addressOf(addresses: readonly ResourceRecord[]): string {
  const all = addresses.map(({ data }) => decodeAddress(data));
  return all.sort().join(" ");
}

/** Address and pair in one change, which is not done unless both are still what was read. */
export function replacing(
  held: HeldRecord,
  {
    record,
    address,
    ttlSeconds,
    fence: { epoch, sequence },
  }: {
    readonly record: string;
    readonly address: string;
    readonly ttlSeconds: number;
    readonly fence: Fence;
  },
): Pick<Update, "prerequisites" | "changes"> {
  const a = { name: record, type: TYPE.a };
  const txt = { name: fenceNameOf(record), type: TYPE.txt };
  const text = encodeText(pairText({ epoch, sequence }));
  return {
    prerequisites: [...stillThere(a, held.addresses), ...stillThere(txt, held.texts)],
    changes: [
      { ...a, class: CLASS.any, ttlSeconds: 0, data: NOTHING },
      { ...a, class: CLASS.in, ttlSeconds, data: encodeAddress(address) },
      { ...txt, class: CLASS.any, ttlSeconds: 0, data: NOTHING },
      { ...txt, class: CLASS.in, ttlSeconds, data: text },
    ],
  };
}

function fenceOf(texts: readonly ResourceRecord[], record: string): Fence {
  return readPair(
    texts.map(({ data }) => decodeText(data)),
    record,
  );
}

/** RFC 2136, sections 2.4.2 and 2.4.3: with exactly these values, or not there at all. */
function stillThere(
  { name, type }: Pick<ResourceRecord, "name" | "type">,
  records: readonly ResourceRecord[],
): readonly ResourceRecord[] {
  if (records.length === 0)
    return [{ name, type, class: CLASS.none, ttlSeconds: 0, data: NOTHING }];
  return records.map(({ data }) => ({ name, type, class: CLASS.in, ttlSeconds: 0, data }));
}

const NOTHING = Buffer.alloc(0);
