import { type Document, isScalar, visit } from "yaml";

/** What the parser lets pass and we don't, by its offset in the text. */
export function whyNotPlain(document: Document): readonly { offset: number; what: string }[] {
  const found: { offset: number; what: string }[] = [];
  let aliases = 0;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const offset = key.range?.[0] ?? 0;
        const name = String(key.value);
        if (seen.has(name)) found.push({ offset, what: `the key ${name} is there twice` });
        if (name === "<<") found.push({ offset, what: "merge keys (<<) are not allowed" });
        seen.add(name);
      }
    },
    Alias: (_, alias, path) => {
      const offset = alias.range?.[0] ?? 0;
      aliases += 1;
      if (aliases > MAX_ALIASES) {
        found.push({ offset, what: `more than ${MAX_ALIASES} aliases` });
        return visit.BREAK;
      }
      const target = alias.resolve(document);
      if (target === undefined) found.push({ offset, what: `there is no anchor ${alias.source}` });
      else if (path.some((ancestor) => ancestor === target))
        found.push({ offset, what: `the alias ${alias.source} contains itself` });
      return undefined;
    },
  });
  return found;
}

/** To look one up takes time that grows with the file. */
const MAX_ALIASES = 100;
