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
  readonly values: readonly Value[];
}

type Value = string | number | null;
type Values = readonly Value[];

/**
 * Keeps a record; one that the ledger notes together with its note and what lists need of it. It
 * keeps nothing, and counts 0 rows, where one of them does not follow the record that it names.
 */
export function insertOf(kept: Kept, note: Kept | undefined): Insert {
  const { event } = kept;
  const own = valuesOf(kept);
  if (note === undefined) return { text: KEEP, values: own };
  const values: Value[] = [...own, ...valuesOf(note)];
  if (event.type === "operation.opened") {
    const { application, kind } = event.plan;
    values.push(event.stream, application, kind, event.epoch, event.at);
    return { text: KEEP_OPENED, values };
  }
  values.push(event.stream, event.at, event.type === "operation.ended" ? event.outcome : null);
  return { text: KEEP_ENDED, values };
}

function valuesOf({ event, body }: Kept): Values {
  const { stream, seq, previous } = event;
  return [stream, seq, claimOf(event) ?? null, body, previous];
}

/**
 * Runs each of the statements a few times, for nothing: the first time takes 60 ms more, and the
 * first operation should not be the one that pays for that.
 */
export async function warmUp(sql: Sql): Promise<void> {
  const undo = new Error("for nothing");
  const record = (stream: string, seq: number) => [stream, seq, null, BLANK, "none"];
  await sql
    .transaction(async () => {
      for (let seq = 1; seq < 10; seq += 3) {
        const noted = (at: number) => [...record("warm-up", at), ...record("warm-up-note", at)];
        await sql.query(KEEP_OPENED, [...noted(seq), `warm-up-${seq}`, "", "", 0, 0]);
        await sql.query(KEEP_ENDED, [...noted(seq + 1), `warm-up-${seq}`, 0, ""]);
        await sql.query(KEEP, record("warm-up", seq + 2));
        await sql.query(KEEP, record("warm-up-note", seq + 2));
      }
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
}

/** As a record that is its own predecessor. */
const BLANK = '{"hash":"none"}';

/** Nobody else's record is kept until the end of the transaction. */
export const TAKE_TURN = "SELECT pg_advisory_xact_lock(7262025)";

/** Positions are taken in the order of commits, so that who follows them misses none. */
const TURN = `turn AS MATERIALIZED (${TAKE_TURN})`;

/**
 * The text is not parsed: it may hold what PostgreSQL's JSON refuses, such as \u0000. Within strings
 * quotes are escaped, so that only the member itself can match.
 *
 * A process keeps the ends of the chains in mind, and the database may have been made anew, or have
 * been restored to what it was before: what would follow a record that is not there is not kept.
 */
const NEXT = `next AS (
  SELECT FROM turn WHERE NOT EXISTS (
    SELECT FROM record WHERE seq > 1 AND NOT EXISTS (
      SELECT FROM greenlight.event AS kept WHERE kept.stream = record.stream
        AND kept.seq = record.seq - 1
        AND strpos(kept.body, '"hash":"' || record.previous || '"') > 0
    )
  )
)`;

const RECORD = "record (stream, seq, claim, body, previous)";
const ONE = "($1, $2::bigint, $3, $4, $5)";
const NOTE = "($6, $7::bigint, $8, $9, $10)";

const KEEP_ALL = `INSERT INTO greenlight.event (stream, seq, claim, body)
  SELECT stream, seq, claim, body FROM record, next`;

const KEEP = `WITH ${TURN}, ${RECORD} AS (VALUES ${ONE}), ${NEXT} ${KEEP_ALL}`;

const NOTED = `WITH ${TURN}, ${RECORD} AS (VALUES ${ONE}, ${NOTE}), ${NEXT}`;

const KEEP_OPENED = `${NOTED}, head AS (
  INSERT INTO greenlight.operation (id, application, kind, epoch, opened_at)
  SELECT $11, $12, $13, $14::bigint, $15::bigint FROM next ON CONFLICT DO NOTHING
) ${KEEP_ALL}`;

const KEEP_ENDED = `${NOTED}, head AS (
  UPDATE greenlight.operation SET ended_at = $12::bigint, outcome = $13 FROM next WHERE id = $11
) ${KEEP_ALL}`;
