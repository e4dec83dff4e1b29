import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../src/runtime/cache-directory.ts";
import { build } from "./build.ts";
import { KUBERNETES } from "./version.ts";

export const PROGRAMS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubemark",
  "kubectl",
] as const;

export type Program = (typeof PROGRAMS)[number];

/** How long to give the first suite on a machine: then all of them are built. */
export const BUILT_WITHIN_MS = 30 * 60_000;

/**
 * Where each program is: in KUBEBUILDER_ASSETS, where that is set and has it, else in the user's
 * cache, where it is built first if need be. Rejects where something is missing for that.
 */
export async function findPrograms(): Promise<Readonly<Record<Program, string>>> {
  const { cache, found } = await findBuilt();
  if (found.includes(undefined)) await build(cache);
  const all = PROGRAMS.map((name, index) => [name, found[index] ?? join(cache, name)] as const);
  return Object.fromEntries(all) as Record<Program, string>;
}

/** Nothing has to be built any more. */
export async function areBuilt(): Promise<boolean> {
  return !(await findBuilt()).found.includes(undefined);
}

async function findBuilt() {
  const cache = join(cacheDirectory(), `kube-${KUBERNETES}`);
  return { cache, found: await Promise.all(PROGRAMS.map((name) => locate(name, cache))) };
}

async function locate(name: Program, cache: string): Promise<string | undefined> {
  const { KUBEBUILDER_ASSETS: given } = env;
  for (const directory of given ? [given, cache] : [cache]) {
    const path = join(directory, name);
    if (await isThere(path)) return path;
  }
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

// biome-ignore lint/style/noProcessEnv: where someone else's binaries are.
const env = process.env;
