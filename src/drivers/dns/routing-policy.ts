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
    const policy = POLICIES.find((key) => set[key] !== undefined);
    if (policy !== undefined)
      return `has records by ${policy}: there Route 53 decides which one is answered. ${SEE}`;
    if (set.Weight !== undefined && set.ResourceRecords?.length !== 1)
      return `has a weighted record ${set.SetIdentifier} that is not one address: ${SEE}`;
  }
  return undefined;
}

const SEE = "see runbooks/dns-route53.md";

const POLICIES = [
  "Failover",
  "Region",
  "GeoLocation",
  "GeoProximityLocation",
  "MultiValueAnswer",
  "CidrRoutingConfig",
  "TrafficPolicyInstanceId",
] as const satisfies readonly (keyof ResourceRecordSet)[];
