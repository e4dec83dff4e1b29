import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../engine/ports/clock.ts";
import { Database } from "./database.ts";
import type { DatabaseThread } from "./database-link.ts";
import { lockDirectory } from "./directory-lock.ts";
import { prepare } from "./template.ts";

export interface EmbeddedStorage {
  readonly database: Database;
  /** Closes the database and lets the directory go. */
  close(): Promise<void>;
}

/**
 * A PostgreSQL without a server, in `postgres` of the directory, which belongs to this process until
 * it is closed. Rejects with GL_DIRECTORY_LOCKED when it belongs to another, GL_STORAGE_AWAY when
 * it can't be opened.
 */
export async function openEmbedded(options: {
  readonly directory: string;
  /** Of the user: templates of an empty database are kept in it, by version. */
  readonly cacheDirectory: string;
  readonly clock: Clock;
  /** Started before, as the start of a process does it to be there sooner. */
  readonly thread?: DatabaseThread | undefined;
}): Promise<EmbeddedStorage> {
  const { directory, cacheDirectory, clock, thread } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(directory);
  try {
    const data = join(directory, "postgres");
    await prepare(data, { cacheDirectory, clock });
    const database = await Database.open(data, clock, thread);
    return {
      database,
      async close() {
        await database.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
