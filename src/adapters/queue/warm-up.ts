import { createPostgresBackend, type PgPool, withBackend } from "bullmq";

const Bull = withBackend(createPostgresBackend);

/**
 * Runs empty jobs through a queue of its own, one after the other, until the database has seen all
 * that a job takes often enough, or the signal aborts. The first ten jobs of a session take 20 to
 * 100 ms each, the others a few: an operation should not be the one that pays for that.
 */
export async function warmUp(
  connection: PgPool,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: Error) => void },
): Promise<void> {
  if (signal.aborted) return;
  let done = () => {};
  const queue = new Bull.Queue(NAME, { connection });
  const worker = new Bull.Worker(NAME, async () => done(), { connection, skipStalledCheck: true });
  queue.on("error", onError);
  worker.on("error", onError);
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  try {
    for (let i = 0; i < ROUNDS && !signal.aborted; i += 1) {
      const ran = new Promise<void>((resolve) => {
        done = resolve;
      });
      await queue.add(NAME, {}, { removeOnComplete: true, removeOnFail: true });
      await Promise.race([ran, stopped]);
    }
  } catch (error) {
    onError(error instanceof Error ? error : new Error(String(error)));
  } finally {
    await Promise.all([worker.close(), queue.close()]);
  }
}

const NAME = "warm-up";
const ROUNDS = 12;
