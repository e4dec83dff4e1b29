import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  type PgPool,
  runMigrations,
} from "bullmq";

/** Makes BullMQ's tables what this BullMQ wants them to be: one look, where they are that. */
export async function migrate(pool: PgPool): Promise<void> {
  const client = await pool.connect();
  try {
    // What is wrong with them, or with the way there, the migrations say.
    const version = await assertSchemaCompatibility(client).catch(() => 0);
    if (version < LATEST_SCHEMA_VERSION) await runMigrations(client);
  } finally {
    client.release();
  }
}
