import { GreenlightError } from "../../domain/errors.ts";
import { type Fence, isStale } from "../../domain/fence.ts";
import { setReadOnly, stale, takePair } from "./postgres-fence.ts";
import type { Session } from "./postgres-session.ts";
import { type PostgresState, readAgain } from "./postgres-state.ts";

/**
 * Applies all that was received, then takes writes. A standby's tables can't be written: the pair is
 * compared with the one that was replicated, at the last moment, and kept as soon as it can be.
 */
export async function promote(session: Session, pair: Fence, state: PostgresState): Promise<void> {
  // It came with the files, where a fenced server was copied.
  if (state.isReadOnly) await setReadOnly(session, false);
  if (state.isPaused) await session.ask("select pg_wal_replay_resume()");
  const target = await receivedAtLast(session, state);
  const last = await until(
    session,
    ({ replayed }) => (replayed ?? 0) >= target,
    "it has not applied all that it received",
  );
  if (isStale(pair, last)) throw stale(last);
  // It need not be waited for in there: that looks ten times a second only.
  if (last.isInRecovery) await session.ask("select pg_promote(false)");
  await until(session, ({ isInRecovery }) => !isInRecovery, "it is still being promoted");
  await takePair(session, pair, false);
}

/**
 * The position at which no more arrives: what a dead primary has sent may still lie in the
 * receiver's socket. One that is alive goes on sending, so there is an end to it.
 */
async function receivedAtLast(session: Session, state: PostgresState): Promise<number> {
  let received = state.received ?? 0;
  let { isReceiving } = state;
  let sameMs = 0;
  for (let waitedMs = 0; waitedMs < MAX_RECEIVE_MS; waitedMs += POLL_MS) {
    if (!isReceiving || sameMs >= SAME_MS) return received;
    await session.pause(POLL_MS);
    const now = await readAgain(session);
    const has = now.received ?? 0;
    sameMs = has > received ? 0 : sameMs + POLL_MS;
    received = Math.max(received, has);
    // Before its end it has written all that it had, and a look reads that position after its end.
    ({ isReceiving } = now);
  }
  return received;
}

async function until(
  session: Session,
  holds: (state: PostgresState) => boolean,
  whyNot: string,
): Promise<PostgresState> {
  for (let waitedMs = 0; waitedMs < MAX_WAIT_MS; waitedMs += POLL_MS) {
    const now = await readAgain(session);
    if (holds(now)) return now;
    await session.pause(POLL_MS);
  }
  throw new GreenlightError("GL_UNREACHABLE", whyNot);
}

const POLL_MS = 10;
const SAME_MS = 100;
const MAX_RECEIVE_MS = 1_000;
const MAX_WAIT_MS = 20_000;
