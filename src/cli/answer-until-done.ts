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
 * Has the API listen at once, so that it is known to live, and answer from what `open` gives as soon
 * as that is there, until it is told to stop or that ends. Rejects as that does, and where the
 * address can't be had: then nothing was opened.
 */
export async function answerUntilDone(
  config: Config,
  open: (onWait: (why: string) => void) => Promise<Answering>,
  { clock, log, signal, metrics, says }: AnsweringTools,
): Promise<void> {
  const { tokens } = config.api;
  let control: Control | string = "it waits for what it needs";
  const tools = { control: () => control, tokens, log, metrics, clock };
  const api = await startApi(config.api, tools);
  const close = async () => await api.close().catch(() => undefined);
  signal.addEventListener("abort", () => void close());
  try {
    const answering = await open((why) => {
      control = why;
    });
    ({ control } = answering);
    log.info({ url: api.url }, says);
    await answering.done;
  } finally {
    await close();
  }
}
