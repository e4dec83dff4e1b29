import type { Turn } from "../../engine/teller.ts";
import type { Sql } from "./sql.ts";

/**
 * A turn that one process at a time has, by the database's own clock, in the journal's tables. Who
 * does not ask for it again in time loses it.
 */
export function createSqlTurn(
  name: string,
  { sql, holder }: { readonly sql: Pick<Sql, "query">; readonly holder: string },
): Turn {
  return {
    take: async () => {
      const { rowCount } = await sql.query(TAKE, [`turn ${name}`, JSON.stringify(holder), HELD_MS]);
      return rowCount === 1;
    },
  };
}

const NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
const TAKE = `INSERT INTO greenlight.bookmark AS mine (name, position, state)
  VALUES ($1, ${NOW} + $3::bigint, $2)
  ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position, state = EXCLUDED.state
  WHERE mine.state = EXCLUDED.state OR mine.position < ${NOW}`;
const HELD_MS = 10_000;
