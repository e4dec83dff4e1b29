import { createChance } from "../adapters/chance/system-chance.ts";
import type { Log } from "../adapters/log/log.ts";
import { GreenlightError } from "../domain/errors.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Config } from "./config.ts";
import { sharedParts } from "./config-place.ts";
import { endTogether } from "./end-together.ts";
import { runProbeLoop } from "./probe-loop.ts";
import { openSharedBus } from "./shared-bus.ts";

export interface ProbeWireTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
}

/**
 * One vantage in a process of its own, which asks and tells and decides nothing. Throws GL_CONFIG
 * where there is no such vantage; what it returns settles once all is closed.
 */
export function wireProbe(
  config: Config,
  vantage: string,
  given: ProbeWireTools,
): { readonly done: Promise<void> } {
  sharedParts(config);
  const index = config.vantages.findIndex(({ name }) => name === vantage);
  if (index < 0) {
    const known = config.vantages.map(({ name }) => name).join(", ");
    const why = `there is no vantage ${vantage}, only ${known}`;
    throw new GreenlightError("GL_CONFIG", `${config.file}: ${why}`);
  }
  const own = new AbortController();
  const signal = AbortSignal.any([given.signal, own.signal]);
  const tools = { ...given, signal };
  const bus = openSharedBus(config, { ...tools, chance: createChance(given.clock) });
  const loops = [runProbeLoop(config, index, { ...tools, bus })];
  const close = () => bus.close();
  return { done: endTogether(loops, { stop: (error) => own.abort(error), close }) };
}
