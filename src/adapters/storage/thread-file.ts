import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The compiled file of a thread's entry, by the URL of its source. A thread can't load TypeScript:
 * where we run from sources ourselves (under jest), it is the one in `dist/`, as `npm run build`
 * leaves it; that must not be older than its source.
 */
export function threadFile(source: URL): URL {
  const compiled = source.href.replace(/\.ts$/, ".js");
  if (!import.meta.url.endsWith(".ts")) return new URL(compiled);
  const built = new URL(compiled.replace(/\/src\/(?!.*\/src\/)/, "/dist/src/"));
  if (changedAt(built) < changedAt(source))
    throw new Error(`${fileURLToPath(built)} is missing or old: npm run build`);
  return built;
}

function changedAt(file: URL): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
