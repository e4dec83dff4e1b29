import { createRedisBackend } from "bullmq";
import type { Clock } from "../../engine/ports/clock.ts";
import { createRedis, type RedisConnection } from "../redis/redis-client.ts";
import { nameOfPlace, type RedisPlace } from "../redis/redis-place.ts";
import { createBull } from "./bull.ts";
import { BullQueue, type QueueTools } from "./bull-queue.ts";
import { keepLast } from "./keep-last.ts";
import type { JobSeal } from "./sealed-job.ts";

export interface SharedQueueOptions extends Pick<QueueTools, "clock" | "onError" | "onForged"> {
  readonly clock: Clock;
  /** Others may write to what keeps the jobs. */
  readonly seal: JobSeal;
}

/**
 * A queue that processes share, in a Redis with `noeviction`. Rejects with GL_QUEUE_AWAY when it
 * can't be reached; later it comes back by itself.
 */
export async function openRedisQueue(
  place: RedisPlace,
  options: SharedQueueOptions,
): Promise<BullQueue> {
  const last = keepLast(options.onError);
  const asking = createRedis(place, { use: "asking", onError: last.onError });
  let waiting: RedisConnection | undefined;
  let listening: RedisConnection | undefined;
  const connect = ({ works, listens }: { readonly works: boolean; readonly listens?: boolean }) => {
    if (!works) return asking.client;
    if (listens) {
      listening = createRedis(place, { use: "waiting", onError: last.onError });
      return listening.client;
    }
    waiting ??= createRedis(place, { use: "waiting", onError: last.onError });
    return waiting.client;
  };
  const close = async () => {
    asking.close();
    waiting?.close();
    listening?.close();
  };
  try {
    const bull = createBull(createRedisBackend, { connect, prefix: PREFIX });
    const tools = { ...options, onError: last.onError, answerWithinMs: ANSWER_WITHIN_MS, close };
    return await BullQueue.open(bull, tools);
  } catch (error) {
    await close();
    throw last.explain(error, nameOfPlace(place));
  }
}

/** All of it in one slot of a cluster. */
const PREFIX = "{greenlight}";
const ANSWER_WITHIN_MS = 2000;
