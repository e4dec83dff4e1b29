import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { GreenlightError } from "../../domain/errors.ts";
import type { Sql } from "../storage/sql.ts";

/**
 * Whether a few more events can be kept: the directory has room for them, and the database, whose
 * tables are there, writes. Rejects with GL_STORAGE_AWAY where not.
 */
export async function checkWritable(directory: string, sql: Sql): Promise<void> {
  const file = join(directory, "room");
  try {
    // A file of its own: the database has some room in advance, and would notice late.
    const handle = await open(file, "w", 0o600);
    try {
      await handle.writeFile(Buffer.alloc(ROOM_BYTES, 1));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await writePulse(sql);
  } catch (error) {
    const { message } = error as Error;
    throw new GreenlightError("GL_STORAGE_AWAY", `${directory}: ${message}`, error);
  } finally {
    await rm(file, { force: true });
  }
}

/** Has the database, whose tables are there, write something that is no event. */
export async function writePulse(sql: Sql): Promise<void> {
  await sql.query(PULSE);
}

const ROOM_BYTES = 256 * 1024;
const PULSE = `INSERT INTO greenlight.bookmark (name, position, state) VALUES ('pulse', 1, '')
  ON CONFLICT (name) DO UPDATE SET position = greenlight.bookmark.position + 1`;
