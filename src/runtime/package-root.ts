import { existsSync, readFileSync } from "node:fs";
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

/** As package.json has it. */
export function packageVersion(): string {
  return readManifest().version;
}

/** The program's file, for another process of it. */
export function mainFile(): string {
  return join(packageRoot(), readManifest().bin.greenlight);
}

interface Manifest {
  readonly version: string;
  readonly bin: { readonly greenlight: string };
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
}
