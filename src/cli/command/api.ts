import { SystemClock } from "../../adapters/clock/system-clock.ts";
import { createLog } from "../../adapters/log/log.ts";
import { createMetrics } from "../../adapters/metrics/metrics.ts";
import { startApi } from "../../api/server.ts";
import { loadConfig } from "../../runtime/config-file.ts";
import { environment } from "../../runtime/environment.ts";
import { exitAfter, untilToldToStop } from "../../runtime/lifecycle.ts";
import { packageVersion } from "../../runtime/package-root.ts";
import { wireApi } from "../../runtime/wire-api.ts";
import { openListener } from "../open-listener.ts";

/** The API in this process, beside workers that act, until it is told to stop. */
export async function answer(file: string, listen: string | undefined): Promise<void> {
  const config = await loadConfig(file, environment, { process: "api" });
  const clock = new SystemClock();
  const log = createLog(config.log);
  const signal = untilToldToStop(log);
  const listener = await openListener(listen, { config, log });
  try {
    const { control, done, stop } = await wireApi(config, { clock, log, signal, listener });
    const metrics = createMetrics(packageVersion());
    const { tokens } = config.api;
    const tools = { control, tokens, log, metrics, clock };
    const api = await startApi(config.api, tools).catch(async (error: unknown) => {
      stop();
      await done.catch(() => undefined);
      throw error;
    });
    log.info({ url: api.url }, "Greenlight answers");
    signal.addEventListener("abort", () => void api.close().catch(() => undefined));
    try {
      await done;
    } finally {
      await api.close().catch(() => undefined);
    }
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
