import { createChance } from "../adapters/chance/system-chance.ts";
import type { Log } from "../adapters/log/log.ts";
import { GreenlightError } from "../domain/errors.ts";
import { answerRoll } from "../engine/answer-roll.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { loadAccesses } from "./clusters.ts";
import type { Config } from "./config.ts";
import { sharedParts } from "./config-place.ts";
import { endTogether } from "./end-together.ts";
import { createEnvoy } from "./own-envoy.ts";
import { runProbeLoop } from "./probe-loop.ts";
import { openSharedBus } from "./shared-bus.ts";

export interface ProbeWireTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
}

/**
 * One vantage in a process of its own, which asks and tells and decides nothing. Rejects with GL_CONFIG
 * where there is no such vantage; `done` settles once all is closed.
 */
export async function wireProbe(
  config: Config,
  vantage: string,
  given: ProbeWireTools,
): Promise<{ readonly done: Promise<void> }> {
  sharedParts(config);
  const index = config.vantages.findIndex(({ name }) => name === vantage);
  const standpoint = config.vantages[index];
  if (!standpoint) {
    const known = config.vantages.map(({ name }) => name).join(", ");
    const why = `there is no vantage ${vantage}, only ${known}`;
    throw new GreenlightError("GL_CONFIG", `${config.file}: ${why}`);
  }
  const own = new AbortController();
  const signal = AbortSignal.any([given.signal, own.signal]);
  const tools = { ...given, signal, chance: createChance(given.clock) };
  const accesses = await loadAccesses(config, tools);
  const bus = openSharedBus(config, { ...tools, speaker: vantage });
  answerRoll(createEnvoy(config, standpoint, tools), { bus, signal });
  const loops = [runProbeLoop(config, index, { ...tools, bus, accesses })];
  const close = () => bus.close();
  return { done: endTogether(loops, { stop: (error) => own.abort(error), close }) };
}
