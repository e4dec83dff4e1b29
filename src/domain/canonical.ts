import type { Json } from "./json.ts";

/**
 * The one spelling of a JSON value, as RFC 8785 has it: no spaces, members sorted by the UTF-16
 * code units of their names, numbers and strings as ECMAScript writes them. Whatever parses to the
 * same value hashes to the same digest.
 *
 * Total over what JSON can hold. Members that are undefined are left out, so that an optional field
 * of ours reads the same before and after the journal.
 */
export function canonical(value: Json | object): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
