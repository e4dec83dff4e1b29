import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Clock } from "../../engine/ports/clock.ts";
import { Database } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";

/**
 * Makes the data directory where it does not exist, all of it or nothing: a copy of a template in
 * `cacheDirectory`, because to make one takes seconds. Where the cache can't be had it goes without.
 * The caller holds the lock of the directory around it.
 */
export async function prepare(
  directory: string,
  { cacheDirectory, clock }: { readonly cacheDirectory: string; readonly clock: Clock },
): Promise<void> {
  if (existsSync(directory)) return;
  const template = await templateIn(cacheDirectory, clock).catch(() => undefined);
  await appear(directory, async (draft) => {
    if (template === undefined) await initialise(draft, clock);
    else await cp(template, draft, { recursive: true });
    await syncTree(draft);
  });
}

/** The template's path. Of several processes one makes it, the others wait. */
async function templateIn(cacheDirectory: string, clock: Clock): Promise<string> {
  const template = join(cacheDirectory, `postgres-${versionOf("@electric-sql/pglite")}`);
  await mkdir(cacheDirectory, { recursive: true });
  const late = clock.timeout(TEMPLATE_WITHIN_MS);
  while (!existsSync(template)) {
    const lock = await lockDirectory(cacheDirectory).catch(() => undefined);
    if (lock === undefined) {
      await clock.sleep(LOOK_AGAIN_MS, late);
      continue;
    }
    try {
      if (!existsSync(template)) await appear(template, (draft) => initialise(draft, clock));
    } finally {
      await lock.release();
    }
  }
  return template;
}

/** Nobody ever sees it half done; what an earlier try left behind is swept up. */
async function appear(path: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const parent = dirname(path);
  for (const name of await readdir(parent))
    if (name.startsWith(DRAFT)) await rm(join(parent, name), { recursive: true });
  const draft = await mkdtemp(join(parent, DRAFT));
  await fill(draft);
  await rename(draft, path);
  await sync(parent);
}

async function initialise(directory: string, clock: Clock): Promise<void> {
  await (await Database.open(directory, clock)).close();
}

async function syncTree(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true });
  await Promise.all(names.map((name) => sync(join(directory, name))));
  await sync(directory);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function versionOf(name: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  const { version } = JSON.parse(readFileSync(join(dirname(main), "..", "package.json"), "utf8"));
  return version;
}

const DRAFT = "new-";
const TEMPLATE_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 100;
