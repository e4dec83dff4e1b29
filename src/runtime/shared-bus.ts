import { CarriedBus } from "../adapters/bus/carried-bus.ts";
import { createFallbackCarrier } from "../adapters/bus/fallback-bus.ts";
import { createHttpCarrier } from "../adapters/bus/http-bus.ts";
import { createRedisCarrier } from "../adapters/bus/redis-bus.ts";
import { createTextSeal } from "../adapters/bus/sealed-text.ts";
import type { SignalListener } from "../adapters/bus/signal-listener.ts";
import type { Chance } from "../engine/ports/chance.ts";
import type { Config } from "./config.ts";
import { busPlace, sealingKeys, sharedParts } from "./config-place.ts";
import { createRefusals, type RefusalTools } from "./refusals.ts";

export interface SharedBusTools extends RefusalTools {
  readonly chance: Chance;
  /** For people: whose signals these are. At most 100 characters. */
  readonly speaker: string;
  /** Our own ear for while the Redis is away. */
  readonly listener?: SignalListener | undefined;
}

/** Carries signals to every other process: by Redis, and while that is away to the listeners. */
export function openSharedBus(config: Config, tools: SharedBusTools): CarriedBus {
  const { clock, chance, log, listener, speaker } = tools;
  const { bus } = sharedParts(config);
  let toldMs = Number.NEGATIVE_INFINITY;
  const onError = (err: Error) => {
    // There may be trouble with every signal.
    if (clock.monotonicMs() - toldMs < QUIET_MS) return;
    toldMs = clock.monotonicMs();
    log.warn({ err }, "the bus has trouble");
  };
  const redis = createRedisCarrier(busPlace(config), { clock, onError });
  const http = createHttpCarrier({ clock, urls: bus.listeners, listener });
  const onMissed = (isMissed: boolean) =>
    isMissed
      ? log.warn("a listener hears nothing by the Redis: signals go to the listeners, too")
      : log.info("all listeners hear by the Redis again");
  return new CarriedBus(createFallbackCarrier(redis, http, { clock, onMissed }), {
    clock,
    sender: `${speaker} ${chance.id()}`,
    seal: createTextSeal(sealingKeys(bus, config)),
    onError,
    onRefused: createRefusals("signal", tools),
  });
}

const QUIET_MS = 10_000;
