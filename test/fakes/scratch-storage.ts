import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { type EmbeddedStorage, openEmbedded } from "../../src/adapters/storage/embedded-storage.ts";

/** Where tests keep the template of an empty database: the first of them takes seconds longer. */
export const TEMPLATES = join(
  import.meta.dirname,
  "..",
  "..",
  "node_modules",
  ".cache",
  "greenlight",
);

/** How long to give a test that opens a storage: making the template on a busy machine is slow. */
export const OPENED_WITHIN_MS = 60_000;

/** The real storage in a directory of its own, which is gone when it is closed. */
export async function openScratch(): Promise<EmbeddedStorage> {
  const directory = await mkdtemp(join(tmpdir(), "greenlight-"));
  const options = { directory, cacheDirectory: TEMPLATES, clock: new SystemClock() };
  const storage = await openEmbedded(options);
  return {
    ...storage,
    async close() {
      await storage.close();
      await rm(directory, { recursive: true });
    },
  };
}
