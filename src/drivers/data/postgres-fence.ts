import { GreenlightError } from "../../domain/errors.ts";
import type { Fence } from "../../domain/fence.ts";
import { APPLICATION_NAME, type Session } from "./postgres-session.ts";
import { type PostgresState, readAgain } from "./postgres-state.ts";

/**
 * Keeps the pair, in the transaction that compares it, and says whether the fence stands.
 * `read write`, because a fenced server's transactions are read-only unless they say otherwise.
 */
export async function takePair(session: Session, fence: Fence, isFenced: boolean): Promise<void> {
  const { epoch, sequence } = fence;
  const taken = await session.ask(
    `begin read write;
     update greenlight.fence
        set epoch = ${epoch}, sequence = ${sequence}, fenced = ${isFenced}, changed_at = clock_timestamp()
      where (epoch, sequence) <= (${epoch}, ${sequence})
      returning true;
     commit`,
  );
  if (taken !== true) throw stale(await readAgain(session));
}

export function stale({ epoch, sequence }: Fence): GreenlightError {
  return new GreenlightError("GL_EPOCH_STALE", `it holds epoch ${epoch}, sequence ${sequence}`);
}

/**
 * No transaction that was open goes on, and none that is begun writes, unless it says READ WRITE.
 * The pair comes first, the mark last: one that was begun and not ended is not taken for a fence.
 */
export async function fence(session: Session, pair: Fence, state: PostgresState): Promise<void> {
  if (state.exempt)
    throw new GreenlightError(
      "GL_REJECTED",
      `default_transaction_read_only is set for ${state.exempt.join(", ")}: a fence would not hold`,
    );
  await takePair(session, pair, false);
  await setReadOnly(session, true);
  await endOthers(session);
  await takePair(session, pair, true);
}

/** The reverse: until writes are taken again it says that it is fenced. */
export async function unfence(session: Session, pair: Fence, state: PostgresState): Promise<void> {
  if (state.isReadOnly) {
    await takePair(session, pair, state.isMarked);
    await setReadOnly(session, false);
  }
  await takePair(session, pair, false);
}

/** Settles when the server has taken it: whoever connects from then on has it. */
export async function setReadOnly(session: Session, isReadOnly: boolean): Promise<void> {
  // Not `off`: what the DBA's own files say of it holds again.
  await session.ask(
    isReadOnly
      ? "alter system set default_transaction_read_only = on"
      : "alter system reset default_transaction_read_only",
  );
  await session.ask("select pg_reload_conf()");
  // The postmaster reads its files before it tells its children, this session among them.
  for (let waitedMs = 0; waitedMs < RELOAD_MS; waitedMs += POLL_MS) {
    const is = await session.ask(
      "select current_setting('default_transaction_read_only')::boolean",
    );
    if (is === isReadOnly) return;
    await session.pause(POLL_MS);
  }
  const wanted = isReadOnly ? "on" : "off";
  throw new GreenlightError(
    "GL_CONFLICT",
    `default_transaction_read_only does not become ${wanted}: another setting is in force`,
  );
}

/** Every session but ours that was there. What connects now is read-only, and may stay. */
async function endOthers(session: Session): Promise<void> {
  const until = String(await session.ask("select clock_timestamp()::text"));
  let left: unknown;
  for (let waitedMs = 0; waitedMs < END_MS; waitedMs += POLL_MS) {
    left = await session.ask(endSql(until));
    if (left === null) return;
    await session.pause(POLL_MS);
  }
  throw new GreenlightError(
    "GL_UNREACHABLE",
    `sessions go on that could still write: ${String(left)}`,
  );
}

/**
 * Ends what may be ended, and answers what is left. Only superusers may end sessions of superusers;
 * those hinder the fence while they are within a transaction.
 */
const endSql = (until: string) => `
select string_agg(format('%s (%s)', pid, usename), ', ') from (
  select a.pid, a.usename,
    case when not r.rolsuper or me.rolsuper then pg_terminate_backend(a.pid) end as is_told,
    not r.rolsuper or me.rolsuper or a.xact_start is not null as is_left
  from pg_stat_activity a
  join pg_roles r on r.oid = a.usesysid
  join pg_roles me on me.rolname = session_user
  where a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
    and a.backend_start <= '${until}'
    and not (a.usename = session_user and a.application_name = '${APPLICATION_NAME}')
  offset 0
) as told where is_left`;

const POLL_MS = 10;
const RELOAD_MS = 1_000;
const END_MS = 2_000;
