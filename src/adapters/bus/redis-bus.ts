import { detailOf, GreenlightError } from "../../domain/errors.ts";
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
  hearer.client.on("message", (_: string, text: string) => {
    for (const listener of listeners) listener(text);
  });
  // While it is away the subscription waits for it; one that was lost is made anew.
  hearer.client.subscribe(CHANNEL).catch(onError);
  return {
    async send(text) {
      try {
        const bound = { clock, withinMs: TAKEN_WITHIN_MS };
        await bounded(() => speaker.client.publish(CHANNEL, text), bound);
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
      speaker.close();
      hearer.close();
    },
  };
}

const CHANNEL = "{greenlight}:signal";
const TAKEN_WITHIN_MS = 250;
