import { sha256 } from "../digest/sha256.ts";
import type { Sql } from "./sql.ts";

/** Tables, and what belongs to them, that are made together. */
export interface Schema {
  /** Makes what is not there; does no harm to what is. */
  readonly script: string;
  /** The last that it makes, as COMMENT ON names it: its comment says which script made it. */
  readonly last: string;
  /** Asks for that comment, as `comment`; no row, or null: it is not there. */
  readonly ask: string;
}

/** Runs the script unless this very one was run: to ask is faster than to make what is there. */
export async function ensureSchema(sql: Sql, { script, last, ask }: Schema): Promise<void> {
  const mark = sha256(script);
  const { rows } = await sql.query(ask, []);
  if (rows[0]?.["comment"] === mark) return;
  await sql.query(`${TURN}\n${script}\nCOMMENT ON ${last} IS '${mark}';`);
}

/**
 * Of several processes that start at once on one database one makes them, and the others find them.
 * `IF NOT EXISTS` alone does not see to that.
 */
const TURN = "SELECT pg_advisory_xact_lock(7262024);";
