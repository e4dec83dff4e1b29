import { RCODE } from "../../adapters/dns-message/answer.ts";
import {
  CLASS,
  type Message,
  type ResourceRecord,
  TYPE,
} from "../../adapters/dns-message/message.ts";
import { isSameName, isWithin } from "../../adapters/dns-message/name.ts";
import { decodeText } from "../../adapters/dns-message/record-data.ts";
import { changed, keyOf, type RecordSet, setsAt, type Zone } from "./zone.ts";

/**
 * RFC 2136, section 3, of someone whose signature was verified: all changes, or none and why. It
 * keeps the records that this zone is for: A, AAAA, MX, NS and TXT.
 */
export function answerUpdate(
  zone: Zone,
  { questions, answers: prerequisites, authorities: changes }: Message,
): { readonly rcode: number; readonly zone: Zone } {
  const [section] = questions;
  if (section?.type !== TYPE.soa) return { rcode: RCODE.FORMERR, zone };
  if (!isSameName(section.name, zone.name) || section.class !== CLASS.in)
    return { rcode: RCODE.NOTAUTH, zone };
  const rcode =
    firstOf(prerequisites, (one) => whyMalformed(one, one.class === CLASS.in)) ??
    firstOf(changes, (one) => whyMalformed(one, one.class !== CLASS.any)) ??
    firstOf(prerequisites, (one) => whyNotMet(zone, one)) ??
    whyNotEqual(zone, prerequisites) ??
    firstOf(changes, (one) => whyNotAllowed(zone, one));
  if (rcode !== undefined) return { rcode, zone };
  const sets = new Map(zone.sets);
  for (const change of changes) make(sets, zone, change);
  return { rcode: RCODE.NOERROR, zone: changed(zone, sets) };
}

function firstOf(
  records: readonly ResourceRecord[],
  why: (record: ResourceRecord) => number | undefined,
): number | undefined {
  for (const record of records) {
    const rcode = why(record);
    if (rcode !== undefined) return rcode;
  }
  return undefined;
}

/** Section 3.2, but for values. */
function whyNotMet(zone: Zone, record: ResourceRecord): number | undefined {
  const { name, type, class: class_, ttlSeconds } = record;
  if (ttlSeconds !== 0) return RCODE.FORMERR;
  if (!isWithin(name, zone.name)) return RCODE.NOTZONE;
  if (class_ === CLASS.in) return undefined;
  const isIn = type === TYPE.any ? setsAt(zone, name).length > 0 : zone.sets.has(keyOf(name, type));
  if (class_ === CLASS.any) return isIn ? undefined : code(type, RCODE.NXDOMAIN, RCODE.NXRRSET);
  if (class_ === CLASS.none) return isIn ? code(type, RCODE.YXDOMAIN, RCODE.YXRRSET) : undefined;
  return RCODE.FORMERR;
}

/** Each set that is given with values has exactly these. */
function whyNotEqual(zone: Zone, records: readonly ResourceRecord[]): number | undefined {
  const wanted = new Map<string, string[]>();
  for (const { name, type, class: class_, data } of records) {
    if (class_ !== CLASS.in) continue;
    const key = keyOf(name, type);
    wanted.set(key, [...(wanted.get(key) ?? []), data.toString("hex")]);
  }
  for (const [key, values] of wanted) {
    const held = new Set(zone.sets.get(key)?.data.map((one) => one.toString("hex")));
    const distinct = new Set(values);
    if (held.size !== distinct.size || values.some((one) => !held.has(one))) return RCODE.NXRRSET;
  }
  return undefined;
}

/** Section 3.4.1. */
function whyNotAllowed(zone: Zone, record: ResourceRecord): number | undefined {
  const { name, type, class: class_, ttlSeconds } = record;
  if (!isWithin(name, zone.name)) return RCODE.NOTZONE;
  if (isMeta(type) && !(class_ === CLASS.any && type === TYPE.any)) return RCODE.FORMERR;
  if (class_ === CLASS.in) return SIZES[type] === undefined ? RCODE.REFUSED : undefined;
  const isRemoval = class_ === CLASS.none || class_ === CLASS.any;
  return isRemoval && ttlSeconds === 0 ? undefined : RCODE.FORMERR;
}

/** Has it data where it must not, or what its type can't hold? Other types may hold anything. */
function whyMalformed({ type, data }: ResourceRecord, hasData: boolean): number | undefined {
  if (!hasData) return data.length > 0 ? RCODE.FORMERR : undefined;
  const size = SIZES[type];
  if (size === undefined) return undefined;
  if (data.length < size.least || data.length > size.most) return RCODE.FORMERR;
  try {
    if (type === TYPE.txt) decodeText(data);
    return undefined;
  } catch {
    return RCODE.FORMERR;
  }
}

/** Section 3.4.2. The zone's own SOA and its last NS stay. */
function make(sets: Map<string, RecordSet>, zone: Zone, change: ResourceRecord): void {
  const { name, type, class: class_, ttlSeconds, data } = change;
  const key = keyOf(name, type);
  const isApex = isSameName(name, zone.name);
  const isKept = (one: number) => isApex && (one === TYPE.soa || one === TYPE.ns);
  const old = sets.get(key)?.data ?? [];
  const others = old.filter((one) => !one.equals(data));
  if (class_ === CLASS.in) {
    sets.set(key, { name, type, ttlSeconds, data: [...others, data] });
  } else if (class_ === CLASS.none) {
    if (isApex && (type === TYPE.soa || (type === TYPE.ns && others.length === 0))) return;
    const set = sets.get(key);
    if (set && others.length > 0) sets.set(key, { ...set, data: others });
    else sets.delete(key);
  } else {
    for (const [one, set] of sets)
      if (isSameName(set.name, name) && [set.type, TYPE.any].includes(type) && !isKept(set.type))
        sets.delete(one);
  }
}

/** Octets of the data by type: A, NS, MX, TXT, AAAA. */
const SIZES: Readonly<Record<number, { readonly least: number; readonly most: number }>> = {
  1: { least: 4, most: 4 },
  2: { least: 1, most: 255 },
  15: { least: 3, most: 257 },
  16: { least: 1, most: 65_535 },
  28: { least: 16, most: 16 },
};

function code(type: number, ofName: number, ofSet: number): number {
  return type === TYPE.any ? ofName : ofSet;
}

/** Types that are questions or signatures, not records. */
function isMeta(type: number): boolean {
  return type === TYPE.opt || (type >= 249 && type <= 255);
}
