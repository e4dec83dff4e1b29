/** A record set as the API says it. Names have no dot at the end and are in lower case. */
export interface ApiSet {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  readonly values: readonly string[];
  /** With a routing policy: which of the sets of this name and type. */
  readonly identifier?: string | undefined;
  readonly weight?: number | undefined;
  readonly failover?: string | undefined;
  readonly healthCheck?: string | undefined;
}

export type ApiSets = ReadonlyMap<string, ApiSet>;

export function keyOf({ name, type, identifier }: Pick<ApiSet, "name" | "type" | "identifier">) {
  return `${name} ${type} ${identifier ?? ""}`;
}

/** By name from its last label on, then by type, then by identifier. */
export function compare(one: Ranked, other: Ranked): number {
  const [a, b] = [rankOf(one), rankOf(other)];
  for (const [at, part] of a.entries()) {
    const there = b[at] ?? "";
    if (part !== there) return part < there ? -1 : 1;
  }
  return 0;
}

type Ranked = Pick<ApiSet, "name" | "type" | "identifier">;

function rankOf({ name, type, identifier = "" }: Ranked): readonly string[] {
  return [`${name.split(".").reverse().join(".")}.`, type, identifier];
}
