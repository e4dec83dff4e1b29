import { createPostgresBackend } from "bullmq";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Database } from "../storage/database.ts";
import { createBull } from "./bull.ts";
import { BullAlarms } from "./bull-alarms.ts";
import { BullQueue } from "./bull-queue.ts";
import { migrate } from "./migrate.ts";
import { Pool } from "./pool.ts";
import { warmUp } from "./warm-up.ts";

/**
 * An empty queue in an embedded database, which belongs to this process alone; paused where it was
 * paused. What a dead process left in it would only be in the way: a job that it had taken would
 * stay locked for seconds. The engine adds again what is due.
 */
export async function openEmbeddedQueue(options: Options): Promise<BullQueue> {
  const { database, clock, onError } = options;
  await migrate(new Pool(database, { durable: true }));
  await database.queryRelaxed(EMPTY);
  const connect = ({ durable }: { readonly durable: boolean }) => new Pool(database, { durable });
  return await BullQueue.open(createBull(createPostgresBackend, { connect }), {
    clock,
    onError,
    warmUp: (signal) => warmUp(new Pool(database, { durable: false }), { signal, onError }),
  });
}

/** Alarms in an embedded database. */
export async function openEmbeddedAlarms(options: Options): Promise<BullAlarms> {
  const { database, clock, onError } = options;
  const connection = new Pool(database, { durable: true });
  await migrate(connection);
  await database.query(PATH);
  return await BullAlarms.open({
    connection,
    clock,
    onError,
  });
}

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  /** Trouble behind the scenes: to be logged; BullMQ goes on by itself. */
  readonly onError: (error: Error) => void;
}

/** BullMQ's tables have plain names, and its statements rely on the search path. */
const PATH = "SET search_path TO bullmq;";

const EMPTY = `
${PATH}
DELETE FROM bullmq.job;
DELETE FROM bullmq.event;
DELETE FROM bullmq.meta WHERE field = 'stalled-check';
`;
