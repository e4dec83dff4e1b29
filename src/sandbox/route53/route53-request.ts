import type { ApiSet } from "./api-set.ts";
import type { ApiChange } from "./change-batch.ts";
import { type Content, childOf, childrenOf, type Element, parseXml, textOf } from "./xml.ts";

/** The changes of a request's body; undefined: it is none that we can read. */
export function readChanges(body: string): readonly ApiChange[] | undefined {
  const root = parseXml(body);
  if (root?.name !== "ChangeResourceRecordSetsRequest") return undefined;
  const batch = childOf(childOf(root, "ChangeBatch"), "Changes");
  const changes = childrenOf(batch, "Change").map(readChange);
  if (changes.length === 0) return undefined;
  const read = changes.flatMap((change) => change ?? []);
  return read.length === changes.length ? read : undefined;
}

function readChange(element: Element): ApiChange | undefined {
  const action = textOf(element, "Action") ?? "";
  const set = childOf(element, "ResourceRecordSet");
  const [name, type, ttl] = ["Name", "Type", "TTL"].map((part) => textOf(set, part));
  if (!ACTIONS.has(action) || !name || !type || !/^\d{1,10}$/.test(ttl ?? "")) return undefined;
  const records = childrenOf(childOf(set, "ResourceRecords"), "ResourceRecord");
  const values = records.flatMap((record) => textOf(record, "Value") ?? []);
  if (values.length === 0) return undefined;
  const weight = textOf(set, "Weight");
  return {
    action,
    set: {
      name: nameOf(name),
      type,
      ttlSeconds: Number(ttl),
      values,
      identifier: textOf(set, "SetIdentifier"),
      weight: weight === undefined ? undefined : Number(weight),
      failover: textOf(set, "Failover"),
      healthCheck: textOf(set, "HealthCheckId"),
    },
  };
}

/** Without the dot at the end, in lower case. */
export function nameOf(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

export function setContent(set: ApiSet): Content {
  const optional = [
    ["SetIdentifier", set.identifier],
    ["Weight", set.weight],
    ["Failover", set.failover],
    ["HealthCheckId", set.healthCheck],
  ] as const;
  return [
    ["Name", `${set.name}.`],
    ["Type", set.type],
    ...optional.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
    ["TTL", String(set.ttlSeconds)],
    ["ResourceRecords", set.values.map((value) => ["ResourceRecord", [["Value", value]]] as const)],
  ];
}

const ACTIONS: ReadonlySet<string> = new Set(["CREATE", "DELETE", "UPSERT"]);
