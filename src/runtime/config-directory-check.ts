import { accessSync, constants, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Flaw } from "../adapters/schema/issue-text.ts";
import type { Draft } from "./config-draft.ts";
import { codeOfNode } from "./config-secret.ts";

/**
 * Why the data directory can't be made, where that can be known without making it. Nothing of
 * permissions: whoever checks a config need not be who runs with it. A spool is not looked at: not
 * every process that reads the config has one.
 */
export function* whyDirectoryWrong({ storage }: Draft, directory: string): Generator<Flaw> {
  if (storage?.driver !== "embedded" || storage.directory === undefined) return;
  const what = whyNotMakeable(resolve(directory, storage.directory));
  if (what !== undefined) yield { path: ["storage", "directory"], what };
}

function whyNotMakeable(path: string): string | undefined {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch (error) {
    const code = codeOfNode(error);
    const above = dirname(path);
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    return isMissing && above !== path ? whyNotMakeable(above) : undefined;
  }
  if (!isDirectory) return `can't be made: ${path} is not a directory`;
  if (KERNELS_OWN.has(statfsSync(path).type))
    return `can't be made: ${path} holds nothing but the kernel's own files`;
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOfNode(error) === "EROFS" ? `can't be made: ${path} is read-only` : undefined;
  }
}

/** The file systems `proc` and `sysfs`, by their numbers in linux/magic.h. */
const KERNELS_OWN: ReadonlySet<number> = new Set([0x9fa0, 0x62656572]);
