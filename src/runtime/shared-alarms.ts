import { untilOpen } from "../adapters/network/until-open.ts";
import type { BullAlarms } from "../adapters/queue/bull-alarms.ts";
import { openPostgresAlarms } from "../adapters/queue/postgres-bull.ts";
import { codeOf } from "../domain/errors.ts";
import type { Alarms } from "../engine/ports/schedule.ts";
import type { Config } from "./config.ts";
import { postgresPlace } from "./config-place.ts";
import { NO_ALARMS } from "./drill-desk.ts";
import type { SharedStoreTools } from "./shared-store.ts";

export interface SharedAlarms extends Alarms {
  /** After its workers. */
  close(): Promise<void>;
}

/**
 * The schedules' alarms, in the storage's database whatever keeps the queue: opened by who first
 * uses them, waited for by nobody else, and not at all where nothing is scheduled. What protects an
 * application does not wait for its rehearsals.
 */
export function createSharedAlarms(
  config: Config,
  { clock, log, signal }: Omit<SharedStoreTools, "onWait">,
): SharedAlarms {
  if (config.drills.length === 0) return { ...NO_ALARMS, close: async () => undefined };
  const place = postgresPlace(config);
  const onError = (err: Error) => log.warn({ err }, "the schedules had trouble");
  const open = () =>
    untilOpen(() => openPostgresAlarms(place, { clock, onError }), {
      clock,
      signal,
      isPassing: (error) => codeOf(error) === "GL_QUEUE_AWAY",
      onError: (err, againInMs) => log.error({ err, againInMs }, "the schedules are waited for"),
    });
  let opening: Promise<BullAlarms> | undefined;
  const opened = () => {
    opening ??= open();
    return opening;
  };
  return {
    set: async (alarms) => await (await opened()).set(alarms),
    work: async (handler) => await (await opened()).work(handler),
    close: async () => await (await opening?.catch(() => undefined))?.close(),
  };
}
