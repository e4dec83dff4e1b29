import { TYPE } from "../../adapters/dns-message/message.ts";
import { decodeName } from "../../adapters/dns-message/name.ts";
import {
  decodeAddress,
  decodeAuthority,
  decodeText,
  encodeAddress,
  encodeText,
} from "../../adapters/dns-message/record-data.ts";
import { keyOf, type RecordSet, type Zone } from "../dns/zone.ts";
import type { ApiSet } from "./api-set.ts";

/** What the zone holds, as the API says it: types that it does not know are left out. */
export function apiSetsOf(zone: Zone): readonly ApiSet[] {
  return [...zone.sets.values()].flatMap(({ name, type, ttlSeconds, data }) => {
    const kind = KINDS.find(({ code }) => code === type);
    if (kind === undefined) return [];
    return [{ name: name.toLowerCase(), type: kind.type, ttlSeconds, values: data.map(kind.tell) }];
  });
}

export function zoneKeyOf({ name, type }: Pick<ApiSet, "name" | "type">): string {
  return keyOf(name, type === "A" ? TYPE.a : TYPE.txt);
}

/**
 * What a name server answers of all sets of one name and type; undefined: nothing. Of weighted ones
 * the heaviest, of failover ones the primary: always the same, where the real one draws lots.
 */
export function answeredOf(sets: readonly ApiSet[]): RecordSet | undefined {
  const [first] = sets.toSorted((one, other) => rankOf(other) - rankOf(one));
  if (first === undefined) return undefined;
  const { name, type, ttlSeconds, values } = first;
  const isAddress = type === "A";
  const data = values.map((value) => (isAddress ? encodeAddress(value) : encodeText(inner(value))));
  return { name, type: isAddress ? TYPE.a : TYPE.txt, ttlSeconds, data };
}

function rankOf({ weight = 0, failover }: ApiSet): number {
  return failover === "PRIMARY" ? 1 : weight;
}

function inner(value: string): string {
  return value.slice(1, -1);
}

const KINDS = [
  { type: "A", code: TYPE.a, tell: decodeAddress },
  { type: "TXT", code: TYPE.txt, tell: (data: Buffer) => `"${decodeText(data)}"` },
  { type: "NS", code: TYPE.ns, tell: (data: Buffer) => `${decodeName(data, 0).name}.` },
  {
    type: "SOA",
    code: TYPE.soa,
    tell: (data: Buffer) => {
      const { primary, mailbox, serial, seconds } = decodeAuthority(data);
      return `${primary}. ${mailbox}. ${serial} ${seconds.join(" ")}`;
    },
  },
];
