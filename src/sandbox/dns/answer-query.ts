import { RCODE } from "../../adapters/dns-message/answer.ts";
import {
  CLASS,
  type Message,
  type Question,
  type ResourceRecord,
  TYPE,
} from "../../adapters/dns-message/message.ts";
import { isWithin } from "../../adapters/dns-message/name.ts";
import { authorityOf, isThere, keyOf, type RecordSet, setsAt, type Zone } from "./zone.ts";

export type Reply = Pick<Message, "rcode"> &
  Partial<Pick<Message, "authoritative" | "answers" | "authorities">>;

/** What the zone says; REFUSED for what is not in it. ANY gets one set of records (RFC 8482). */
export function answerQuery(zone: Zone, questions: readonly Question[]): Reply {
  const [question] = questions;
  if (question === undefined) return { rcode: RCODE.FORMERR };
  const { name, type, class: class_ } = question;
  if (class_ !== CLASS.in || !isWithin(name, zone.name) || isTransfer(type))
    return { rcode: RCODE.REFUSED };
  const found = type === TYPE.any ? setsAt(zone, name)[0] : zone.sets.get(keyOf(name, type));
  if (found) return { rcode: RCODE.NOERROR, authoritative: true, answers: recordsOf(found, name) };
  const authorities = recordsOf(authorityOf(zone), zone.name);
  const rcode = isThere(zone, name) ? RCODE.NOERROR : RCODE.NXDOMAIN;
  return { rcode, authoritative: true, authorities };
}

/** The name as it was asked: some who ask look whether its case comes back. */
function recordsOf({ type, ttlSeconds, data }: RecordSet, name: string): readonly ResourceRecord[] {
  return data.map((one) => ({ name, type, class: CLASS.in, ttlSeconds, data: one }));
}

/** IXFR and AXFR: there is no second server. */
function isTransfer(type: number): boolean {
  return type === 251 || type === 252;
}
