import { SystemClock } from "../../adapters/clock/system-clock.ts";
import { createLog } from "../../adapters/log/log.ts";
import { createMetrics } from "../../adapters/metrics/metrics.ts";
import { loadConfig } from "../../runtime/config-file.ts";
import { environment } from "../../runtime/environment.ts";
import { exitAfter, untilToldToStop } from "../../runtime/lifecycle.ts";
import { packageVersion } from "../../runtime/package-root.ts";
import { wireApi } from "../../runtime/wire-api.ts";
import { answerUntilDone } from "../answer-until-done.ts";
import { openListener } from "../open-listener.ts";

/** The API in this process, beside workers that act, until it is told to stop. */
export async function answer(file: string, listen: string | undefined): Promise<void> {
  const config = await loadConfig(file, environment, { process: "api" });
  const clock = new SystemClock();
  const log = createLog(config.log);
  const signal = untilToldToStop(log);
  const listener = await openListener(listen, { config, log });
  try {
    const wired = await wireApi(config, { clock, log, signal, listener });
    const metrics = createMetrics(packageVersion());
    const says = "Greenlight answers";
    await answerUntilDone(config, wired, { clock, log, signal, metrics, says });
  } catch (error) {
    // Told to stop while it waited for what it shares: that is no failure.
    if (signal.aborted) return;
    exitAfter(GIVEN_UP_MS, clock);
    throw error;
  } finally {
    await listener?.close();
  }
}

const GIVEN_UP_MS = 5_000;
