import { type SignalListener, startSignalListener } from "../adapters/bus/signal-listener.ts";
import type { Log } from "../adapters/log/log.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Config } from "../runtime/config.ts";
import { sharedParts } from "../runtime/config-place.ts";
import { addressOf } from "./run-worker.ts";

/** The ear of `--listen`, for while the Redis is away. Rejects with GL_CONFIG, GL_LISTEN. */
export async function openListener(
  listen: string | undefined,
  { config, log, clock }: { readonly config: Config; readonly log: Log; readonly clock: Clock },
): Promise<SignalListener | undefined> {
  sharedParts(config);
  if (listen !== undefined)
    return await startSignalListener({ ...addressOf(listen, "--listen"), clock });
  log.warn("without --listen it hears nothing while the Redis is away");
  return undefined;
}
