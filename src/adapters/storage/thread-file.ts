import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The compiled file of a thread's entry that stands beside the module `from`. A thread can't load
 * TypeScript: where we run from sources ourselves (under jest), it is the one in `dist/`, as
 * `npm run build` leaves it; that must not be older than its source.
 */
export function threadFile(name: string, from: string): URL {
  if (!from.endsWith(".ts")) return new URL(`${name}.js`, from);
  const source = new URL(`${name}.ts`, from);
  const compiled = new URL(`${name}.js`, from.replace(/\/src\/(?!.*\/src\/)/, "/dist/src/"));
  if (changedAt(compiled) < changedAt(source))
    throw new Error(`${fileURLToPath(compiled)} is missing or old: npm run build`);
  return compiled;
}

function changedAt(file: URL): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
