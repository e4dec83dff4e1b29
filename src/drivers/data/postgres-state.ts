import { z } from "zod";
import { GreenlightError } from "../../domain/errors.ts";
import type { Data } from "./data.ts";
import type { Session } from "./postgres-session.ts";

/** What a change of the role goes by. */
export type PostgresState = z.infer<typeof state>;

/**
 * A fenced server is read-only for every new transaction, and has ended all that were open: the
 * mark in `greenlight.fence` is set last.
 */
export function roleOf({
  isInRecovery,
  isReadOnly,
  isMarked,
}: Pick<PostgresState, "isInRecovery" | "isReadOnly" | "isMarked">): Data["role"] {
  if (isInRecovery) return "standby";
  return isReadOnly && isMarked ? "fenced" : "primary";
}

/** Waits for whoever changes this server just now, on a primary and on a standby alike. */
export async function lockAndRead(session: Session): Promise<PostgresState> {
  return readState(await session.ask(`select pg_advisory_lock(${LOCK}); ${STATE}`));
}

export async function readAgain(session: Session): Promise<PostgresState> {
  return readState(await session.ask(STATE));
}

function readState(answer: unknown): PostgresState {
  const said = state.safeParse(answer);
  if (said.success) return said.data;
  throw new GreenlightError(
    "GL_RECORD_UNREADABLE",
    `greenlight.fence: ${z.prettifyError(said.error)}`,
  );
}

const position = z.number().nonnegative().nullable();

const state = z.object({
  isInRecovery: z.boolean(),
  isReadOnly: z.boolean(),
  isMarked: z.boolean(),
  epoch: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
  isPaused: z.boolean().nullable(),
  isReceiving: z.boolean(),
  received: position,
  replayed: position,
  /** Roles and databases whose own setting would let them write past a fence. */
  exempt: z.array(z.string()).nullable(),
});

/** A number of our own; locks on a standby are its own, and are not replicated. */
const LOCK = "7306084131012345671";

const STATE = `
select json_build_object(
  'isInRecovery', pg_is_in_recovery(),
  'isReadOnly', current_setting('default_transaction_read_only')::boolean,
  'isMarked', (select fenced from greenlight.fence),
  'epoch', (select epoch from greenlight.fence),
  'sequence', (select sequence from greenlight.fence),
  'isPaused', case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() <> 'not paused' end,
  'isReceiving', exists (select from pg_stat_wal_receiver),
  'received', pg_last_wal_receive_lsn() - '0/0'::pg_lsn,
  'replayed', pg_last_wal_replay_lsn() - '0/0'::pg_lsn,
  'exempt', (
    select json_agg(coalesce(r.rolname, 'every role') || ' in ' || coalesce(d.datname, 'every database'))
    from pg_db_role_setting s
    left join pg_roles r on r.oid = s.setrole
    left join pg_database d on d.oid = s.setdatabase
    where exists (
      select from unnest(s.setconfig) one
      where one ilike 'default\\_transaction\\_read\\_only=%'
        and lower(split_part(one, '=', 2)) <> all (array['on', 'true', 'yes', '1'])
    )
  )
)`;
