import { isIPv4 } from "node:net";
import { isWithin } from "../../adapters/dns-message/name.ts";
import { type ApiSet, type ApiSets, keyOf } from "./api-set.ts";

export interface ApiChange {
  readonly action: string;
  readonly set: ApiSet;
}

/**
 * All changes in their order, or why not. A DELETE must say exactly what is there and a CREATE must
 * find nothing, as the batch so far has left it: that is the API's compare-and-swap.
 */
export function applyBatch(
  zone: string,
  before: ApiSets,
  changes: readonly ApiChange[],
): { readonly sets: ApiSets } | { readonly refused: string } {
  const sets = new Map(before);
  const reasons = changes.flatMap((change) => {
    const why = whyNot(zone, sets, change);
    if (why !== undefined) return [why];
    if (change.action === "DELETE") sets.delete(keyOf(change.set));
    else sets.set(keyOf(change.set), change.set);
    return [];
  });
  for (const { set } of changes) {
    const why = whyMixed(sets, set);
    if (why !== undefined && !reasons.includes(why)) reasons.push(why);
  }
  return reasons.length === 0 ? { sets } : { refused: `[${reasons.join(", ")}]` };
}

function whyNot(zone: string, sets: ApiSets, { action, set }: ApiChange): string | undefined {
  const { name, type } = set;
  const what = `resource record set ${tell(set)}`;
  const there = sets.get(keyOf(set));
  if (!isWithin(name, zone))
    return `RRSet with DNS name ${name}. is not permitted in zone ${zone}.`;
  if (!KEPT.has(type)) return `This server keeps A and TXT records, not ${type}`;
  if (action === "DELETE") {
    if (there === undefined) return `Tried to delete ${what} but it was not found`;
    if (isSame(there, set)) return undefined;
    return `Tried to delete ${what} but the values provided do not match the current values`;
  }
  if (action === "CREATE" && there !== undefined)
    return `Tried to create ${what} but it already exists`;
  const wrong = set.values.find((value) => !isValue(type, value));
  return wrong === undefined ? undefined : `Invalid Resource Record: '${wrong}'`;
}

/** Sets of one name and type are all simple, which is one, or all by the same policy. */
function whyMixed(sets: ApiSets, { name, type }: ApiSet): string | undefined {
  const here = [...sets.values()].filter((set) => set.name === name && set.type === type);
  if (new Set(here.map(policyOf)).size < 2) return undefined;
  const others = "as other RRSets exist with the same name and type";
  return `RRSet with DNS name ${name}., type ${type} cannot be created ${others}`;
}

function policyOf({ identifier, weight, failover }: ApiSet): string {
  if (identifier === undefined) return "simple";
  if (weight !== undefined) return "weighted";
  return failover === undefined ? "other" : "failover";
}

function isValue(type: string, value: string): boolean {
  return type === "A" ? isIPv4(value) : /^"[^"\\]{0,255}"$/.test(value);
}

function isSame(one: ApiSet, other: ApiSet): boolean {
  return comparable(one) === comparable(other);
}

function comparable({ ttlSeconds, values, weight, failover, healthCheck }: ApiSet): string {
  return JSON.stringify([ttlSeconds, [...values].sort(), weight, failover, healthCheck]);
}

function tell({ name, type, identifier }: ApiSet): string {
  const which = identifier === undefined ? "" : `, set identifier='${identifier}'`;
  return `[name='${name}.', type='${type}'${which}]`;
}

const KEPT: ReadonlySet<string> = new Set(["A", "TXT"]);
