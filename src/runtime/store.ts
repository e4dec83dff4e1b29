import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../adapters/digest/sha256.ts";
import { SqlJournal } from "../adapters/journal/sql-journal.ts";
import type { Log } from "../adapters/log/log.ts";
import { BullQueue } from "../adapters/queue/bull-queue.ts";
import { openEmbedded } from "../adapters/storage/embedded-storage.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Config } from "./config.ts";

/** What outlives the process. */
export interface Store {
  readonly journal: SqlJournal;
  readonly queue: BullQueue;
  /**
   * Who this process is to a Lease: the same after a restart on the same directory, which is one
   * process's at a time, so that it takes up at once what it left.
   */
  readonly instance: string;
  close(): Promise<void>;
}

export interface StoreTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Of the user: see `openEmbedded`. */
  readonly cacheDirectory: string;
}

/** Rejects with GL_DIRECTORY_LOCKED when another process has it, GL_STORAGE_AWAY. */
export async function openStore(
  { storage: { directory } }: Config,
  { clock, chance, log, cacheDirectory }: StoreTools,
): Promise<Store> {
  const storage = await openEmbedded({ directory, cacheDirectory, clock });
  try {
    const { database } = storage;
    const journal = await SqlJournal.open({ sql: database, digest: sha256, clock });
    const onError = (error: Error) => log.warn({ err: error }, "the queue had trouble");
    const queue = await BullQueue.open({ database, clock, onError });
    const instance = await readInstance(directory, chance);
    const close = async () => {
      await queue.close();
      await storage.close();
    };
    return { journal, queue, instance, close };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function readInstance(directory: string, chance: Chance): Promise<string> {
  const file = join(directory, "instance");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const known = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return "";
  });
  if (known.trim() !== "") return known.trim();
  const name = `greenlight-${chance.id()}`;
  await writeFile(file, `${name}\n`, { mode: 0o600 });
  return name;
}
