import type { ResourceRecordSet } from "@aws-sdk/client-route-53";

/**
 * Why the sets at one name are none that we would write; undefined where they are: one simple A
 * record, or weighted ones of one address each. Others decide by themselves who is answered what.
 */
export function whyNotOurs(sets: readonly ResourceRecordSet[]): string | undefined {
  if (sets.some(({ Type }) => Type === "CNAME")) return `is a CNAME: ${SEE}`;
  for (const set of sets) {
    if (set.Type !== "A") continue;
    if (set.AliasTarget) return `is an alias of ${set.AliasTarget.DNSName}: ${SEE}`;
    const policy = Object.entries(set).find(
      ([key, value]) => !OURS.has(key) && value !== undefined,
    );
    if (policy !== undefined)
      return `has records by ${policy[0]}: there Route 53 decides which one is answered. ${SEE}`;
    if (set.Weight !== undefined && set.ResourceRecords?.length !== 1)
      return `has a weighted record ${set.SetIdentifier} that is not one address: ${SEE}`;
  }
  return undefined;
}

const SEE = "see runbooks/dns-route53.md";

/** What a simple record may say of itself, and a weighted one. */
const OURS: ReadonlySet<string> = new Set([
  "Name",
  "Type",
  "TTL",
  "ResourceRecords",
  "SetIdentifier",
  "Weight",
  "HealthCheckId",
] satisfies (keyof ResourceRecordSet)[]);
