import { CarriedBus } from "../adapters/bus/carried-bus.ts";
import { createFallbackCarrier } from "../adapters/bus/fallback-bus.ts";
import { createHttpCarrier } from "../adapters/bus/http-bus.ts";
import { createRedisCarrier } from "../adapters/bus/redis-bus.ts";
import type { SignalListener } from "../adapters/bus/signal-listener.ts";
import type { Log } from "../adapters/log/log.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Config } from "./config.ts";
import { busPlace, sharedParts } from "./config-place.ts";

export interface SharedBusTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Our own ear for while the Redis is away. */
  readonly listener?: SignalListener | undefined;
}

/** Carries signals to every other process: by Redis, and while that is away to the listeners. */
export function openSharedBus(config: Config, tools: SharedBusTools): CarriedBus {
  const { clock, chance, log, listener } = tools;
  const { bus } = sharedParts(config);
  let toldMs = Number.NEGATIVE_INFINITY;
  const onError = (err: Error) => {
    // There may be trouble with every signal.
    if (clock.monotonicMs() - toldMs < QUIET_MS) return;
    toldMs = clock.monotonicMs();
    log.warn({ err }, "the bus has trouble");
  };
  const redis = createRedisCarrier(busPlace(config), { clock, onError });
  const token = config.secret(bus.secretRef);
  const http = createHttpCarrier({ clock, urls: bus.listeners, token, listener });
  const sender = chance.id();
  return new CarriedBus(createFallbackCarrier(redis, http), { sender, onError });
}

const QUIET_MS = 10_000;
