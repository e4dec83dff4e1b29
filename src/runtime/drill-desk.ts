import { sha256 } from "../adapters/digest/sha256.ts";
import type { Log } from "../adapters/log/log.ts";
import { renderWindow } from "../domain/blocked-window.ts";
import { codeOf, GreenlightError } from "../domain/errors.ts";
import { renderInstant } from "../domain/instant.ts";
import type { Due, Schedule } from "../domain/schedule.ts";
import type { ScheduleOutcome } from "../domain/schedule-book.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import type { Alarms } from "../engine/ports/schedule.ts";
import { type ScheduleView, Timekeeper } from "../engine/timekeeper.ts";
import type { Config } from "./config.ts";
import type { DrillOutcome, DrillStatus, Drills } from "./control/drill.ts";
import { operationIdOf } from "./control/opening-desk.ts";
import type { Control } from "./control.ts";

export interface DrillTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly journal: Journal;
  readonly alarms: Alarms;
  /** Do other processes open them, too? */
  readonly isShared?: boolean;
  /** Where people's requests go: only asked for once it runs. */
  readonly control: () => Pick<Control, "open" | "operation">;
}

/** The drills of the config: what people may ask of them, and what opens them at their times. */
export function openDrills({ drills, applications }: Config, tools: DrillTools): Opened {
  const { log, control } = tools;
  const timekeeper = new Timekeeper(drills, {
    ...tools,
    digest: sha256,
    applications: applications.map(({ application }) => application.name),
    open: async (schedule, due) => (await control().open(requestOf(schedule, due))).operation,
    opened: async (schedule, due) => {
      const id = operationIdOf(requestOf(schedule, due), sha256);
      return (await stateOf(id, tools)) === undefined ? undefined : id;
    },
    onTrouble: (error) => log.warn({ err: error }, "the schedules had trouble"),
  });
  const desk: Drills = {
    drills: async (count) =>
      await Promise.all(timekeeper.view(count).map((view) => statusOf(view, drills, tools))),
    runDrill: async (
      name,
      { by, idempotencyKey, reason = `drill ${name}, asked for by ${by}` },
    ) => {
      const found = drills.find((drill) => drill.name === name);
      if (!found) throw new GreenlightError("GL_UNKNOWN", `there is no drill ${name}`);
      const { application, kind } = found;
      return await control().open({ application, kind, by, reason, idempotencyKey });
    },
  };
  return { desk, run: () => timekeeper.run(), watch: () => timekeeper.watch() };
}

interface Opened {
  readonly desk: Drills;
  readonly run: () => Promise<void>;
  /** Opens nothing: for who only tells of them. */
  readonly watch: () => Promise<void>;
}

/** Of a process that opens none. */
export const NO_ALARMS: Alarms = {
  set: async () => undefined,
  work: async () => ({ close: async () => undefined }),
};

/** As a person's: the same for the same time of the same schedule. */
function requestOf({ name, application, kind }: Schedule, { dueAt }: Due) {
  const reason = `${name} was due at ${renderInstant(dueAt)}`;
  return { application, kind, by: `schedule ${name}`, reason, idempotencyKey: `${dueAt}` };
}

async function statusOf(
  { schedule, next, outcomes }: ScheduleView,
  drills: Config["drills"],
  tools: DrillTools,
): Promise<DrillStatus> {
  const { name, application, kind, jitterMs, blocked } = schedule;
  const config = drills.find((drill) => drill.name === name);
  return {
    name,
    application,
    kind,
    cron: config?.cron ?? "",
    timeZone: config?.timeZone ?? "",
    jitterMs,
    blocked: blocked.map(renderWindow),
    next,
    last: await Promise.all(outcomes.map((outcome) => withState(outcome, tools))),
  };
}

async function withState(outcome: ScheduleOutcome, tools: DrillTools): Promise<DrillOutcome> {
  const { operation } = outcome;
  const state = operation === undefined ? undefined : await stateOf(operation, tools);
  return { ...outcome, ...(state !== undefined && { state }) };
}

/** undefined: there is none of that id. */
async function stateOf(id: string, { control }: DrillTools) {
  try {
    return (await control().operation(id)).state;
  } catch (error) {
    if (codeOf(error) === "GL_UNKNOWN") return undefined;
    throw error;
  }
}
