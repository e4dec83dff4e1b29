import { untilOpen } from "../adapters/network/until-open.ts";
import type { BullAlarms } from "../adapters/queue/bull-alarms.ts";
import { openPostgresAlarms } from "../adapters/queue/postgres-bull.ts";
import { codeOf, reasonOf } from "../domain/errors.ts";
import type { Config } from "./config.ts";
import { postgresPlace } from "./config-place.ts";
import type { SharedStoreTools } from "./shared-store.ts";

/** The schedules' alarms, in the storage's database whatever keeps the queue; waited for as that is. */
export async function openSharedAlarms(
  config: Config,
  { clock, log, signal, onWait }: SharedStoreTools,
): Promise<BullAlarms> {
  const place = postgresPlace(config);
  const onError = (err: Error) => log.warn({ err }, "the schedules had trouble");
  return await untilOpen(() => openPostgresAlarms(place, { clock, onError }), {
    clock,
    signal,
    isPassing: (error) => codeOf(error) === "GL_QUEUE_AWAY",
    onError: (err, againInMs) => {
      log.error({ err, againInMs }, "the schedules are waited for");
      onWait?.(`the schedules are waited for: ${reasonOf(err)}`);
    },
  });
}
