import { claimOf, type JournalEvent } from "../../domain/event.ts";
import type { Sql } from "../storage/sql.ts";

/** A record, and the line that is kept of it. */
export interface Kept {
  readonly event: JournalEvent;
  readonly body: string;
}

/** One statement that keeps all of it or nothing. */
export interface Insert {
  readonly text: string;
  readonly values: readonly (string | number | null)[];
}

/** Keeps a record; one that the ledger notes together with its note and what lists need of it. */
export function insertOf({ event, body }: Kept, note: Kept | undefined): Insert {
  const values = [event.stream, event.seq, claimOf(event) ?? null, body];
  if (note === undefined) return { text: KEEP, values };
  values.push(note.event.stream, note.event.seq, note.body);
  if (event.type === "operation.opened") {
    const { application, kind } = event.plan;
    values.push(event.stream, application, kind, event.epoch, event.at);
    return { text: KEEP_OPENED, values };
  }
  values.push(event.stream, event.at, event.type === "operation.ended" ? event.outcome : null);
  return { text: KEEP_ENDED, values };
}

/**
 * Runs each of the statements a few times, for nothing: the first time takes 60 ms more, and the
 * first operation should not be the one that pays for that.
 */
export async function warmUp(sql: Sql): Promise<void> {
  const undo = new Error("for nothing");
  const [stream, body] = ["warm-up", "{}"];
  await sql
    .transaction(async () => {
      const noted = (seq: number) => [stream, seq, null, body, stream, seq + 1, body, stream];
      for (let seq = 1; seq < 15; seq += 5) {
        await sql.query(KEEP_OPENED, [...noted(seq), stream, stream, 0, 0]);
        await sql.query(KEEP, [stream, seq + 2, null, body]);
        await sql.query(KEEP_ENDED, [...noted(seq + 3), 0, stream]);
      }
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

/** Nobody else's record is kept until the end of the transaction. */
export const TAKE_TURN = "SELECT pg_advisory_xact_lock(7262025)";

/** Positions are taken in the order of commits, so that who follows them misses none. */
const TURN = `turn AS MATERIALIZED (${TAKE_TURN})`;

const INTO = "INSERT INTO greenlight.event (stream, seq, claim, body)";

const KEEP = `WITH ${TURN} ${INTO} SELECT $1, $2::bigint, $3, $4 FROM turn`;

const NOTED = `${INTO} SELECT record.* FROM turn,
  (VALUES ($1, $2::bigint, $3, $4), ($5, $6::bigint, NULL, $7)) AS record`;

const KEEP_OPENED = `WITH ${TURN}, head AS (
  INSERT INTO greenlight.operation (id, application, kind, epoch, opened_at)
  SELECT $8, $9, $10, $11::bigint, $12::bigint FROM turn ON CONFLICT DO NOTHING
) ${NOTED}`;

const KEEP_ENDED = `WITH ${TURN}, head AS (
  UPDATE greenlight.operation SET ended_at = $9::bigint, outcome = $10 FROM turn WHERE id = $8
) ${NOTED}`;
