import type { SystemClock } from "../adapters/clock/system-clock.ts";
import type { Log } from "../adapters/log/log.ts";
import type { Metrics } from "../adapters/metrics/metrics.ts";
import { startApi } from "../api/server.ts";
import type { Config } from "../runtime/config.ts";
import type { Control } from "../runtime/control.ts";

export interface Answering {
  readonly control: Control;
  /** Settles once what it answers from is closed. */
  readonly done: Promise<void>;
  readonly stop: () => void;
}

export interface AnsweringTools {
  readonly clock: SystemClock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly metrics: Metrics;
  /** Its one line in the log, once it answers. */
  readonly says: string;
}

/**
 * Has the API answer until it is told to stop, or what it answers from ends. Rejects as that does,
 * and where the address can't be had: then the rest is stopped, too.
 */
export async function answerUntilDone(
  config: Config,
  { control, done, stop }: Answering,
  { clock, log, signal, metrics, says }: AnsweringTools,
): Promise<void> {
  const { tokens } = config.api;
  const ended = done.catch((error: unknown) => error);
  const tools = { control, tokens, log, metrics, clock };
  const api = await startApi(config.api, tools).catch(async (error: unknown) => {
    stop();
    await ended;
    throw error;
  });
  log.info({ url: api.url }, says);
  signal.addEventListener("abort", () => void api.close().catch(() => undefined));
  try {
    await done;
  } finally {
    await api.close().catch(() => undefined);
  }
}
