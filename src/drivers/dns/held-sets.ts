import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Listed, Route53 } from "../../adapters/route53/route53.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { Fence } from "../../domain/fence.ts";
import { fenceNameOf, pairText, readPair } from "./pair-text.ts";
import { whyNotOurs } from "./routing-policy.ts";

/** A public name as its hosted zone has it, and the pair of whoever wrote it last. */
export interface HeldSets {
  readonly fence: Fence;
  /** "" where there is none; several, with a space between, where several are answered. */
  readonly address: string;
  readonly ttlSeconds: number;
  /** The name's A sets: one, or one for each weight. As they were read. */
  readonly sets: readonly ResourceRecordSet[];
  /** Of the pair; as it was read, since only a delete of exactly this compares. */
  readonly text: ResourceRecordSet | undefined;
}

export interface Place {
  readonly hostedZone: string;
  readonly record: string;
}

/**
 * Most often one call: what is below a name comes right after it. Rejects with
 * GL_RECORD_UNREADABLE where there is a pair, or a kind of record, that we would not write.
 */
export async function readSets(
  route53: Route53,
  { hostedZone, record }: Place,
  signal: AbortSignal,
): Promise<HeldSets> {
  const here = await readAll(route53, { hostedZone, record }, signal);
  const why = whyNotOurs(here.filter((set) => isNamed(set, record)));
  if (why !== undefined) throw new GreenlightError("GL_RECORD_UNREADABLE", `${record} ${why}`);
  const sets = here.filter((set) => isNamed(set, record) && set.Type === "A");
  const texts = here.filter((set) => isNamed(set, fenceNameOf(record)) && set.Type === "TXT");
  const fence = readPair(texts.flatMap(valuesOf).map(unquoted), record);
  return { ...summaryOf(sets), fence, sets, text: texts[0] };
}

/** The pages from the name on, until they are beyond it, and the pair. */
async function readAll(
  route53: Route53,
  { hostedZone, record }: Place,
  signal: AbortSignal,
): Promise<readonly ResourceRecordSet[]> {
  const fenceName = fenceNameOf(record);
  let page: Listed = await route53.list(hostedZone, { name: record }, signal);
  const here = [...page.sets];
  for (let pages = 1; page.next && nameOf(page.next.name) === record; pages += 1) {
    if (pages === MAX_PAGES) break;
    page = await route53.list(hostedZone, page.next, signal);
    here.push(...page.sets);
  }
  const isWhole = page.next === undefined || here.some((set) => isNamed(set, fenceName));
  if (isWhole) return here;
  const from = { name: fenceName, type: "TXT", maxItems: 2 } as const;
  return [...here, ...(await route53.list(hostedZone, from, signal)).sets];
}

/** What is written. `ttlSeconds` of all of it. */
export interface Wanted {
  readonly record: string;
  readonly address: string;
  readonly ttlSeconds: number;
  readonly fence: Fence;
}

/**
 * One batch, which is refused whole unless the pair is still what was read. A simple record is set,
 * whatever it was; weighted ones are somebody else's, so they must be as they were read, too.
 * Throws GL_REJECTED where no weighted one has the address.
 */
export function replacing(held: HeldSets, wanted: Wanted): readonly Change[] {
  const { record, ttlSeconds, fence } = wanted;
  const text: ResourceRecordSet = {
    Name: fenceNameOf(record),
    Type: "TXT",
    TTL: ttlSeconds,
    ResourceRecords: [{ Value: `"${pairText(fence)}"` }],
  };
  return [...(held.text ? swap(held.text, text) : [create(text)]), ...pointing(held, wanted)];
}

function pointing({ sets }: HeldSets, wanted: Wanted): readonly Change[] {
  const { record, address, ttlSeconds } = wanted;
  if (!isWeighted(sets)) {
    const set = { Name: record, Type: "A", TTL: ttlSeconds } as const;
    const ResourceRecords = [{ Value: address }];
    return [{ Action: "UPSERT", ResourceRecordSet: { ...set, ResourceRecords } }];
  }
  if (!sets.some((set) => addressOf(set) === address)) {
    const what = `none of the weighted records of ${record} is ${address}`;
    throw new GreenlightError("GL_REJECTED", what);
  }
  return sets.flatMap((set) => {
    const Weight = addressOf(set) === address ? Math.max(set.Weight ?? 0, 1) : 0;
    return swap(set, { ...set, Weight, TTL: ttlSeconds });
  });
}

function swap(old: ResourceRecordSet, set: ResourceRecordSet): readonly Change[] {
  return [{ Action: "DELETE", ResourceRecordSet: old }, create(set)];
}

function create(set: ResourceRecordSet): Change {
  return { Action: "CREATE", ResourceRecordSet: set };
}

/** Of the weighted ones those that are answered: all of them where all weights are zero. */
function summaryOf(sets: readonly ResourceRecordSet[]) {
  const weighty = sets.filter(({ Weight }) => Weight === undefined || Weight > 0);
  const answered = weighty.length > 0 ? weighty : sets;
  const address = [...new Set(answered.flatMap(valuesOf))].sort().join(" ");
  return { address, ttlSeconds: sets[0]?.TTL ?? 0 };
}

function isWeighted(sets: readonly ResourceRecordSet[]): boolean {
  return sets.some(({ Weight }) => Weight !== undefined);
}

function addressOf(set: ResourceRecordSet): string {
  return valuesOf(set).join(" ");
}

function valuesOf({ ResourceRecords = [] }: ResourceRecordSet): readonly string[] {
  return ResourceRecords.map(({ Value = "" }) => Value);
}

function unquoted(value: string): string {
  return /^"([^"\\]*)"$/.exec(value)?.[1] ?? value;
}

function isNamed({ Name = "" }: ResourceRecordSet, name: string): boolean {
  return nameOf(Name) === name;
}

/** As people write it in the configuration. */
function nameOf(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

/** Of 300 sets each. One name and type has at most 100 weighted ones. */
const MAX_PAGES = 5;
