import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where package.json stands: the same for the sources and for what is compiled from them. */
export function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, "package.json"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`no package.json above ${import.meta.dirname}`);
    directory = parent;
  }
  return directory;
}
