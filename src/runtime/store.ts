import { sha256 } from "../adapters/digest/sha256.ts";
import { checkWritable } from "../adapters/journal/check-writable.ts";
import { createSqlBookmark } from "../adapters/journal/sql-bookmark.ts";
import { SqlJournal } from "../adapters/journal/sql-journal.ts";
import type { Log } from "../adapters/log/log.ts";
import type { BullAlarms } from "../adapters/queue/bull-alarms.ts";
import type { BullQueue } from "../adapters/queue/bull-queue.ts";
import { openEmbeddedAlarms, openEmbeddedQueue } from "../adapters/queue/embedded-bull.ts";
import { SqlReports } from "../adapters/report/sql-reports.ts";
import { createSigner } from "../adapters/signing/ed25519.ts";
import type { DatabaseThread } from "../adapters/storage/database-link.ts";
import { openEmbedded } from "../adapters/storage/embedded-storage.ts";
import type { Bookmark } from "../engine/ports/bookmark.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Reports } from "../engine/ports/reports.ts";
import type { Signer } from "../engine/ports/signer.ts";
import type { Config } from "./config.ts";
import { ownDirectory } from "./config-place.ts";
import { readInstance } from "./instance.ts";
import { readSigningKey } from "./signing-key.ts";

/** What outlives the process. */
export interface Store {
  /** As the database has it. */
  readonly journal: SqlJournal;
  readonly reports: Reports;
  readonly signer: Signer;
  bookmark(name: string): Bookmark;
  /** Keeps something as durably as an event. Rejects where there is no room for it. */
  readonly tryToWrite: () => Promise<void>;
  close(): Promise<void>;
}

/** One process's alone, in its directory. */
export interface EmbeddedStore extends Store {
  readonly queue: BullQueue;
  readonly alarms: BullAlarms;
  /**
   * Who this process is to a Lease: the same after a restart on the same directory, which is one
   * process's at a time, so that it takes up at once what it left.
   */
  readonly instance: string;
}

export interface StoreTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Of the user: see `openEmbedded`. */
  readonly cacheDirectory: string;
  /** See `startThread`. */
  readonly databaseThread?: DatabaseThread | undefined;
}

/** Rejects with GL_DIRECTORY_LOCKED when another process has it, GL_STORAGE_AWAY. */
export async function openStore(
  config: Config,
  { clock, chance, log, cacheDirectory, databaseThread: thread }: StoreTools,
): Promise<EmbeddedStore> {
  const directory = ownDirectory(config);
  const storage = await openEmbedded({ directory, cacheDirectory, clock, thread });
  try {
    const { database } = storage;
    const onError = (error: Error) => log.warn({ err: error }, "the queue had trouble");
    const [journal, queue, alarms, reports, key, instance] = await Promise.all([
      SqlJournal.open({ sql: database, digest: sha256, clock }),
      openEmbeddedQueue({ database, clock, onError }),
      openEmbeddedAlarms({ database, clock, onError }),
      SqlReports.open(database),
      readSigningKey(config, directory),
      readInstance(directory, chance),
    ]);
    const close = async () => {
      await alarms.close();
      await queue.close();
      await storage.close();
    };
    return {
      journal,
      queue,
      alarms,
      reports,
      signer: createSigner(key),
      instance,
      close,
      bookmark: (name) => createSqlBookmark(name, database),
      tryToWrite: () => checkWritable(directory, database),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
