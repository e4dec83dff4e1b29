import { detailOf, GreenlightError } from "../../domain/errors.ts";
import { Bell } from "../../engine/bell.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { createRedis } from "../redis/redis-client.ts";
import { nameOfPlace, type RedisPlace } from "../redis/redis-place.ts";
import { bounded } from "../storage/bounded.ts";
import type { Carrier, Hearer } from "./carrier.ts";

/**
 * Carries by publish and subscribe in a Redis, which may be away now: what is sent then is refused
 * at once, and it comes back by itself.
 */
export function createRedisCarrier(
  place: RedisPlace,
  { clock, onError }: { readonly clock: Clock; readonly onError: (error: Error) => void },
): Carrier {
  const speaker = createRedis(place, { use: "asking", onError });
  const hearer = createRedis(place, { use: "waiting", onError });
  const listeners = new Set<Hearer>();
  const closed = new AbortController();
  hearer.client.on("message", (_: string, text: string) => {
    for (const listener of listeners) listener(text);
  });
  const bell = new Bell();
  hearer.client.on("ready", () => bell.ring());
  // While it is away the subscription waits for it. One that was refused is asked for again, and so
  // is one that we have: it ends with its connection, and may be lost without a word.
  const subscribeForever = async () => {
    for (let refused = 0; !closed.signal.aborted; ) {
      try {
        await hearer.client.subscribe(CHANNEL);
        refused = 0;
      } catch (error) {
        if (!closed.signal.aborted) onError(error as Error);
        refused += 1;
      }
      await bell.wait(subscribeAfterMs(refused), { clock, signal: closed.signal });
    }
  };
  subscribeForever().catch(() => undefined);
  return {
    async send(text) {
      try {
        const bound = { clock, withinMs: TAKEN_WITHIN_MS };
        const heardBy = await bounded(() => speaker.client.publish(CHANNEL, text), bound);
        // A node of a cluster counts only those who listen at itself.
        if (heardBy === 0 && place.mode !== "cluster") throw new Error("nobody listens there");
      } catch (cause) {
        const why = `${nameOfPlace(place)}: ${detailOf(cause)}`;
        throw new GreenlightError("GL_UNREACHABLE", why, cause);
      }
    },
    receive(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      closed.abort("closed");
      speaker.close();
      hearer.close();
    },
  };
}

function subscribeAfterMs(refused: number): number {
  return refused === 0 ? AGAIN_MS : Math.min(FIRST_AGAIN_MS * 2 ** (refused - 1), AGAIN_MS);
}

const CHANNEL = "{greenlight}:signal";
const TAKEN_WITHIN_MS = 250;
const FIRST_AGAIN_MS = 250;
const AGAIN_MS = 5_000;
