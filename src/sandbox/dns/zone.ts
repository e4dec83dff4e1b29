import { TYPE } from "../../adapters/dns-message/message.ts";
import { encodeName, isSameName } from "../../adapters/dns-message/name.ts";
import {
  decodeAddress,
  decodeAuthority,
  decodeText,
  encodeAddress,
  encodeAuthority,
  encodeText,
} from "../../adapters/dns-message/record-data.ts";

/** All records of one name and type: they have one TTL. */
export interface RecordSet {
  readonly name: string;
  readonly type: number;
  readonly ttlSeconds: number;
  readonly data: readonly Buffer[];
}

/** What one name server holds. A change makes another one. */
export interface Zone {
  readonly name: string;
  /** By `keyOf`. There is always an SOA, at the zone's own name. */
  readonly sets: ReadonlyMap<string, RecordSet>;
}

/** One record as people write it. */
export interface ZoneRecord {
  readonly name: string;
  readonly type: "A" | "TXT";
  readonly ttlSeconds: number;
  readonly value: string;
}

/** The zone `name` of one server, `ns.NAME` at `address`, and nothing else in it. */
export function createZone(name: string, address: string): Zone {
  const primary = `ns.${name}`;
  const mailbox = `hostmaster.${name}`;
  const soa = encodeAuthority({
    primary,
    mailbox,
    serial: 1,
    seconds: [60, 10, 3600, DENIAL_SECONDS],
  });
  const first: readonly RecordSet[] = [
    { name, type: TYPE.soa, ttlSeconds: DENIAL_SECONDS, data: [soa] },
    { name, type: TYPE.ns, ttlSeconds: APEX_SECONDS, data: [encodeName(primary)] },
    { name: primary, type: TYPE.a, ttlSeconds: APEX_SECONDS, data: [encodeAddress(address)] },
  ];
  return { name, sets: new Map(first.map((set) => [keyOf(set.name, set.type), set])) };
}

export function keyOf(name: string, type: number): string {
  return `${name.toLowerCase()} ${type}`;
}

export function setsAt(zone: Zone, name: string): readonly RecordSet[] {
  return [...zone.sets.values()].filter((set) => isSameName(set.name, name));
}

/** Has the name records, or one below it? */
export function isThere(zone: Zone, name: string): boolean {
  const below = `.${name.toLowerCase()}`;
  return [...zone.sets.values()].some(
    (set) => isSameName(set.name, name) || set.name.toLowerCase().endsWith(below),
  );
}

export function authorityOf(zone: Zone): RecordSet {
  const set = zone.sets.get(keyOf(zone.name, TYPE.soa));
  if (set === undefined) throw new Error("a zone without SOA");
  return set;
}

export function serialOf(zone: Zone): number {
  return decodeAuthority(authorityOf(zone).data[0] ?? Buffer.alloc(0)).serial;
}

/** The zone with other sets and the next serial; itself where they say the same. */
export function changed(zone: Zone, sets: ReadonlyMap<string, RecordSet>): Zone {
  if (fingerprint(sets) === fingerprint(zone.sets)) return zone;
  const old = authorityOf(zone);
  const soa = decodeAuthority(old.data[0] ?? Buffer.alloc(0));
  const data = [encodeAuthority({ ...soa, serial: (soa.serial + 1) % 2 ** 32 })];
  const key = keyOf(zone.name, TYPE.soa);
  return { name: zone.name, sets: new Map(sets).set(key, { ...old, data }) };
}

/** Puts the records there as their names' only ones of their types. */
export function withRecords(zone: Zone, records: readonly ZoneRecord[]): Zone {
  const sets = new Map(zone.sets);
  for (const { name, type, ttlSeconds, value } of records) {
    const code = type === "A" ? TYPE.a : TYPE.txt;
    const data = [type === "A" ? encodeAddress(value) : encodeText(value)];
    sets.set(keyOf(name, code), { name, type: code, ttlSeconds, data });
  }
  return changed(zone, sets);
}

export function recordsOf(zone: Zone): readonly ZoneRecord[] {
  return [...zone.sets.values()].flatMap((set) => set.data.flatMap((data) => asRecord(set, data)));
}

function asRecord({ name, type, ttlSeconds }: RecordSet, data: Buffer): readonly ZoneRecord[] {
  if (type === TYPE.a) return [{ name, type: "A", ttlSeconds, value: decodeAddress(data) }];
  if (type === TYPE.txt) return [{ name, type: "TXT", ttlSeconds, value: decodeText(data) }];
  return [];
}

/** How long a denial may be kept: as short as what the zone is for. */
const DENIAL_SECONDS = 1;
const APEX_SECONDS = 3600;

function fingerprint(sets: ReadonlyMap<string, RecordSet>): string {
  const lines = [...sets].map(
    ([key, { ttlSeconds, data }]) =>
      `${key} ${ttlSeconds} ${data
        .map((one) => one.toString("hex"))
        .sort()
        .join(" ")}`,
  );
  return lines.sort().join("\n");
}
