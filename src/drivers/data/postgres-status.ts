import { z } from "zod";
import type { DataStatus } from "../../domain/data-status.ts";
import { GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { judgeStatus } from "./judged-status.ts";
import type { Session } from "./postgres-session.ts";
import { roleOf } from "./postgres-state.ts";

/** It is read-only, and nobody ended those who could still write: a fence that was not finished. */
export const READ_ONLY = "default_transaction_read_only is on, and no finished fence says so";

/**
 * Asks the server, and has a primary beat: `greenlight.beat()` writes only where writes are taken,
 * and not more than five times a second. The beat is no part of what is observed or changed.
 */
export async function observePostgres(
  session: Session,
  { clock, writes }: { readonly clock: Clock; readonly writes: string | undefined },
): Promise<DataStatus> {
  const askedAt = clock.wallMs();
  const answer = facts.safeParse(await session.ask(`select greenlight.beat(); ${FACTS}`));
  if (!answer.success)
    throw new GreenlightError("GL_RECORD_UNREADABLE", z.prettifyError(answer.error));
  const found = answer.data;
  const notes: string[] = [];
  const counted = writes === undefined ? undefined : await count(session, writes, notes);
  const within = { askedAt, answeredAt: clock.wallMs() };
  const role = roleOf(found);
  const link = role === "standby" ? linkOf(found) : UNLINKED;
  if (role === "standby" && found.isPaused) notes.push("replay is paused");
  const { epoch, sequence, now, heartbeatAt } = found;
  const position = role === "standby" ? found.replayed : endOf(found);
  return judgeStatus(
    {
      engine: `postgresql-${found.major}`,
      role,
      epoch,
      sequence,
      position,
      now,
      heartbeatAt,
      ...link,
      ...(counted !== undefined && { writes: counted }),
    },
    { ...within, notes, doubts: [...doubtsOf(found)] },
  );
}

type Facts = z.infer<typeof facts>;

function* doubtsOf(found: Facts) {
  const { isInRecovery, isReadOnly, isMarked, prepared } = found;
  if (isForked(found)) yield FORKED;
  if (!isInRecovery && isReadOnly && !isMarked) yield READ_ONLY;
  if (roleOf(found) === "fenced" && prepared > 0)
    yield `${prepared} prepared transactions can still be committed`;
}

/**
 * Its log goes on where that of its primary does not: whoever was primary and was not rewound. It asks
 * for its own history, for a moment gets what both have, and is level with that: it hears nothing new.
 */
function isForked({ receiver, newestHistory }: Facts): boolean {
  return receiver?.history != null && newestHistory !== null && newestHistory > receiver.history;
}

const FORKED = "its history is not its primary's: run pg_rewind (runbooks/data-postgres.md)";

const UNLINKED = { linkUp: null, contactAt: null, lagMs: null };

/** The standby's own figures are of what it received: of a link that is down they prove nothing. */
function linkOf(found: Facts) {
  const { receiver, received, replayed, isPaused, now, heartbeatAt, lastReplayAt } = found;
  const isStreaming = receiver?.status === "streaming" && !isForked(found);
  const heardAt = isStreaming ? receiver.heardAt : null;
  const linkUp = heardAt !== null && now - heardAt <= MAX_SILENCE_MS;
  // With the receiver went when it heard last. What it brought says so, by the primary's clock.
  const newestAt = Math.max(lastReplayAt ?? 0, heartbeatAt ?? 0);
  const contactAt = heardAt ?? (newestAt > 0 ? Math.floor(newestAt) : null);
  const end = Math.max(received ?? 0, receiver?.end ?? 0);
  const isLevel = !isPaused && replayed !== null && replayed >= end;
  const behindMs = newestAt > 0 ? Math.max(0, Math.round(now - newestAt)) : null;
  return { linkUp, contactAt, lagMs: linkUp ? (isLevel ? 0 : behindMs) : null };
}

/**
 * Where a primary has inserted, whether or not that is written yet. At the start of a page it says
 * the place behind the page's header, which no standby gets to before there is a record.
 */
function endOf({ inserted, segmentBytes }: Facts): number | null {
  if (inserted === null) return null;
  if (inserted % segmentBytes === LONG_HEADER) return inserted - LONG_HEADER;
  return inserted % PAGE_BYTES === HEADER ? inserted - HEADER : inserted;
}

/** By the operator's own query. Nothing is decided by it, so it may fail. */
async function count(session: Session, sql: string, notes: string[]): Promise<number | undefined> {
  try {
    return Number(
      await session.ask(
        `begin read only; set local statement_timeout = ${COUNT_MS}; ${sql}; commit`,
      ),
    );
  } catch (error) {
    notes.push(`writes: ${error instanceof Error ? error.message.slice(0, 200) : "no answer"}`);
    return undefined;
  }
}

const wholeMs = z.number().transform(Math.floor);
const place = z.number().nonnegative().nullable();

const facts = z.object({
  major: z.int(),
  isInRecovery: z.boolean(),
  isReadOnly: z.boolean(),
  isMarked: z.boolean().catch(false),
  epoch: z.unknown(),
  sequence: z.unknown(),
  now: wholeMs,
  heartbeatAt: wholeMs.nullable(),
  prepared: z.int(),
  segmentBytes: z.int(),
  inserted: place,
  received: place,
  replayed: place,
  lastReplayAt: z.number().nullable(),
  isPaused: z.boolean().nullable(),
  receiver: z
    .object({
      status: z.string().nullable(),
      heardAt: wholeMs.nullable(),
      end: place,
      /** PostgreSQL's timeline. */
      history: z.int().nullable(),
    })
    .nullable(),
  /** Of those that it knows of, by their files. */
  newestHistory: z.int().nullable(),
});

const ms = (instant: string) => `extract(epoch from ${instant}) * 1000`;
const bytes = (lsn: string) => `${lsn} - '0/0'::pg_lsn`;

const FACTS = `
select json_build_object(
  'major', current_setting('server_version_num')::int / 10000,
  'isInRecovery', pg_is_in_recovery(),
  'isReadOnly', current_setting('default_transaction_read_only')::boolean,
  'isMarked', (select fenced from greenlight.fence),
  'epoch', (select epoch from greenlight.fence),
  'sequence', (select sequence from greenlight.fence),
  'now', ${ms("clock_timestamp()")},
  'heartbeatAt', (select ${ms("at")} from greenlight.heartbeat),
  'prepared', (select count(*) from pg_prepared_xacts),
  'segmentBytes', pg_size_bytes(current_setting('wal_segment_size')),
  'inserted', case when not pg_is_in_recovery() then ${bytes("pg_current_wal_insert_lsn()")} end,
  'received', ${bytes("pg_last_wal_receive_lsn()")},
  'replayed', ${bytes("pg_last_wal_replay_lsn()")},
  'lastReplayAt', ${ms("pg_last_xact_replay_timestamp()")},
  'isPaused', case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() <> 'not paused' end,
  'receiver', (
    select json_build_object(
      'status', status, 'heardAt', ${ms("last_msg_receipt_time")}, 'end', ${bytes("latest_end_lsn")},
      'history', received_tli
    ) from pg_stat_wal_receiver
  ),
  'newestHistory', case when pg_is_in_recovery() then (
    select max(('x' || left(name, 8))::bit(32)::int) from pg_ls_waldir()
    where name ~ '^[0-9A-F]{8}[.]history$'
  ) end
)`;

/** Beats come once a second, and each is heard of. An idle link without them says little. */
const MAX_SILENCE_MS = 3_000;
const COUNT_MS = 200;
const PAGE_BYTES = 8_192;
/** Of a page of the log; of the first one of a file. */
const HEADER = 24;
const LONG_HEADER = 40;
