import { createPostgresBackend, type PgPool } from "bullmq";
import type { Clock } from "../../engine/ports/clock.ts";
import { createPool, nameOfDatabase, type PostgresPlace } from "../storage/postgres-place.ts";
import { createBull } from "./bull.ts";
import { BullAlarms } from "./bull-alarms.ts";
import { BullQueue } from "./bull-queue.ts";
import { keepLast } from "./keep-last.ts";
import { migrate } from "./migrate.ts";
import type { SharedQueueOptions } from "./redis-queue.ts";

/**
 * A queue that processes share, in a database on a PostgreSQL server. Rejects with GL_QUEUE_AWAY
 * when it can't be reached; later it comes back by itself.
 */
export async function openPostgresQueue(
  place: PostgresPlace,
  options: SharedQueueOptions,
): Promise<BullQueue> {
  return await withPool(place, options, async (pool, tools) => {
    const bull = createBull(createPostgresBackend, { connect: (): PgPool => pool });
    const answerWithinMs = ANSWER_WITHIN_MS;
    return await BullQueue.open(bull, { ...options, ...tools, answerWithinMs });
  });
}

/** Alarms that processes share, which all set the same. */
export async function openPostgresAlarms(
  place: PostgresPlace,
  options: { readonly clock: Clock; readonly onError: (error: Error) => void },
): Promise<BullAlarms> {
  const { clock } = options;
  return await withPool(place, options, (connection, tools) =>
    BullAlarms.open({ connection, clock, ...tools }),
  );
}

interface PoolTools {
  readonly onError: (error: Error) => void;
  readonly close: () => Promise<void>;
}

async function withPool<T>(
  place: PostgresPlace,
  { onError }: { readonly onError: (error: Error) => void },
  open: (pool: PgPool, tools: PoolTools) => Promise<T>,
): Promise<T> {
  const last = keepLast(onError);
  const settings = { max: MAX_CONNECTIONS, withinMs: STATEMENT_WITHIN_MS, searchPath: "bullmq" };
  const pool = createPool(place, { ...settings, onError: last.onError });
  const close = () => pool.end();
  try {
    // The same, but BullMQ spells the overloads of `on` in another order.
    const ours = pool as unknown as PgPool;
    await migrate(ours);
    return await open(ours, { onError: last.onError, close });
  } catch (error) {
    close().catch(onError);
    throw last.explain(error, nameOfDatabase(place));
  }
}

/** A worker keeps one for itself, to listen. */
const MAX_CONNECTIONS = 8;
const ANSWER_WITHIN_MS = 5000;
/** The first of all makes BullMQ's tables. */
const STATEMENT_WITHIN_MS = 20_000;
