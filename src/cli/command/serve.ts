import { SystemClock } from "../../adapters/clock/system-clock.ts";
import { createLog } from "../../adapters/log/log.ts";
import { createMetrics } from "../../adapters/metrics/metrics.ts";
import type { DatabaseThread } from "../../adapters/storage/database-link.ts";
import { cacheDirectory } from "../../runtime/cache-directory.ts";
import { loadConfig } from "../../runtime/config-file.ts";
import { environment } from "../../runtime/environment.ts";
import { exitAfter, untilToldToStop } from "../../runtime/lifecycle.ts";
import { packageVersion } from "../../runtime/package-root.ts";
import { type WireTools, wire } from "../../runtime/wire.ts";
import { answerUntilDone } from "../answer-until-done.ts";

/**
 * All of Greenlight in this process, until it is told to stop; the thread is its database's. Rejects
 * where it can't begin.
 */
export async function serve(file: string, databaseThread: DatabaseThread): Promise<void> {
  const config = await loadConfig(file, environment);
  const clock = new SystemClock();
  const log = createLog(config.log);
  const signal = untilToldToStop(log);
  const metrics = createMetrics(packageVersion());
  const onTold: WireTools["onTold"] = (notifier, isTold) => metrics.told(notifier, isTold);
  const own = { clock, log, signal, onTold };
  const tools = { ...own, cacheDirectory: cacheDirectory(), databaseThread };
  try {
    // First the directory, so that one who comes second hears that it is taken.
    const wired = await wire(config, tools);
    const ended = wired.done.catch(() => undefined);
    const says = "Greenlight serves";
    try {
      const open = async () => wired;
      await answerUntilDone(config, open, { clock, log, signal, metrics, says });
    } finally {
      wired.stop();
      await ended;
    }
  } catch (error) {
    // Whatever is still open then must not keep a process that has said that it failed.
    exitAfter(GIVEN_UP_MS, clock);
    throw error;
  }
}

const GIVEN_UP_MS = 5_000;
