import { type Draft, LEDGER, type LedgerLoss } from "../../domain/event.ts";
import type { Sql } from "../storage/sql.ts";
import { eventOf } from "./row.ts";

/** The last record of a stream that a process knew of, and that is gone. */
export type Lost = Omit<LedgerLoss, "type">;

/** Those of the ends that a process goes by which the database does not have (any more). */
export async function whatIsGone(ends: readonly Lost[], sql: Sql): Promise<readonly Lost[]> {
  const gone: Lost[] = [];
  for (const end of ends) {
    const { rows } = await sql.query(ONE, [end.of, end.lost]);
    if (!rows[0] || eventOf(rows[0]).hash !== end.lostHash) gone.push(end);
  }
  return gone;
}

/** What the ledger says of it: the chains go on without them, and an auditor must know. */
export function noteOfLoss(lost: Lost, { epoch, at }: Pick<Draft, "epoch" | "at">): Draft {
  return { type: "ledger.lost", ...lost, stream: LEDGER, epoch, at };
}

const ONE = "SELECT body FROM greenlight.event WHERE stream = $1 AND seq = $2";
