import type { Bookmark } from "../../engine/ports/bookmark.ts";
import type { Database } from "../storage/database.ts";

/** A bookmark beside the journal, whose tables are there. */
export function createSqlBookmark(
  name: string,
  database: Pick<Database, "query" | "queryRelaxed">,
): Bookmark {
  return {
    read: async () => {
      const { rows } = await database.query(READ, [name]);
      const [row] = rows;
      return row && { position: Number(row["position"]), state: JSON.parse(String(row["state"])) };
    },
    keep: async ({ position, state }) => {
      await database.queryRelaxed(KEEP, [name, position, JSON.stringify(state)]);
    },
  };
}

const READ = "SELECT position, state FROM greenlight.bookmark WHERE name = $1";
const KEEP = `INSERT INTO greenlight.bookmark (name, position, state) VALUES ($1, $2::bigint, $3)
  ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position, state = EXCLUDED.state`;
