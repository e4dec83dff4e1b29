import { SystemClock } from "../adapters/clock/system-clock.ts";
import { startHealthListener } from "../adapters/http/health-listener.ts";
import { createLog, type Log } from "../adapters/log/log.ts";
import type { Config } from "../runtime/config.ts";
import { loadConfig } from "../runtime/config-file.ts";
import type { Process } from "../runtime/config-process.ts";
import { environment } from "../runtime/environment.ts";
import { exitAfter, untilToldToStop } from "../runtime/lifecycle.ts";
import { addressOf } from "./run-worker.ts";

export interface WorkTools {
  readonly config: Config;
  readonly clock: SystemClock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** From now on it can do its work. */
  readonly onReady: () => void;
  /** Until then it can't, and that is why. */
  readonly onWait: (why: string) => void;
}

/** The life of a process that shares its work: healthy from its start, ready when it says so, until it is told to stop. */
export async function workUntilStopped(
  file: string,
  { health, process }: { readonly health: string | undefined; readonly process: Process },
  work: (tools: WorkTools) => Promise<void>,
): Promise<void> {
  const at = health === undefined ? undefined : addressOf(health, "--health");
  const config = await loadConfig(file, environment, { process });
  const clock = new SystemClock();
  const log = createLog(config.log);
  const signal = untilToldToStop(log);
  let whyNot: string | undefined = "it waits for what it needs";
  const onReady = () => {
    whyNot = undefined;
  };
  const onWait = (why: string) => {
    whyNot = why;
  };
  const listener = at && (await startHealthListener(at, () => whyNot));
  try {
    await work({ config, clock, log, signal, onReady, onWait });
  } catch (error) {
    // Told to stop while it waited for something: that is no failure.
    if (signal.aborted) return;
    exitAfter(GIVEN_UP_MS, clock);
    throw error;
  } finally {
    await listener?.close();
  }
}

const GIVEN_UP_MS = 5_000;
