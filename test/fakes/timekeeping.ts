import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { streamOf } from "../../src/domain/event.ts";
import { renderInstant } from "../../src/domain/instant.ts";
import type { Due, Schedule } from "../../src/domain/schedule.ts";
import type { Mark } from "../../src/engine/ports/bookmark.ts";
import { Timekeeper } from "../../src/engine/timekeeper.ts";
import { MemoryAlarms } from "./memory-alarms.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A process and what outlives it. */
export class TimekeepingWorld {
  readonly clock = new VirtualClock();
  readonly journal = new MemoryJournal();
  readonly alarms = new MemoryAlarms(this.clock);
  readonly opened: string[] = [];
  readonly trouble: unknown[] = [];
  /** By application, as it was kept. */
  readonly marks = new Map<string, string>();
  refusal: unknown;

  /** Runs until that much time has passed. */
  async live(schedules: readonly Schedule[], forMs: number, then?: (by: Timekeeper) => unknown) {
    await this.#live((timekeeper) => timekeeper.run(), { schedules, forMs, task: then });
  }

  /** As `live`, of a process that opens nothing. */
  async watch(schedules: readonly Schedule[], forMs: number, then: (by: Timekeeper) => unknown) {
    await this.#live((timekeeper) => timekeeper.watch(), { schedules, forMs, task: then });
  }

  async #live(run: (by: Timekeeper) => Promise<void>, { schedules, forMs, task }: Life) {
    const stop = new AbortController();
    const idOf = ({ name }: Schedule, { dueAt }: Due) => `op-${name}-${renderInstant(dueAt)}`;
    const timekeeper = new Timekeeper(schedules, {
      clock: this.clock,
      journal: this.journal,
      alarms: this.alarms,
      digest: sha256,
      signal: stop.signal,
      applications: ["shop", "till"],
      bookmark: (application) => ({
        read: async () => JSON.parse(this.marks.get(application) ?? "null") ?? undefined,
        keep: async (mark: Mark) => void this.marks.set(application, JSON.stringify(mark)),
      }),
      open: async (schedule, due) => {
        if (this.refusal !== undefined) throw this.refusal;
        const id = idOf(schedule, due);
        if (!this.opened.includes(id)) this.opened.push(id);
        return id;
      },
      opened: async (schedule, due) =>
        this.opened.includes(idOf(schedule, due)) ? idOf(schedule, due) : undefined,
      onTrouble: (error) => this.trouble.push(error),
    });
    const running = run(timekeeper);
    await this.clock.sleep(forMs, new AbortController().signal);
    await task?.(timekeeper);
    stop.abort(new Error("killed"));
    await running;
    this.alarms.empty();
  }

  pass(ms: number): Promise<void> {
    return this.clock.sleep(ms, new AbortController().signal);
  }

  /** What the journal says came of it, oldest first, without what was due when. */
  async outcomes(application = "shop"): Promise<readonly string[]> {
    const events = await this.journal.read(streamOf(application));
    return events.flatMap((event) => {
      if (!("schedule" in event) || !("dueAt" in event)) return [];
      const { type, schedule, dueAt, operation, reason } = event;
      const what = operation === undefined ? reason : "opened";
      return [`${schedule} ${renderInstant(dueAt).slice(5, 16)} ${type.slice(9)}: ${what}`];
    });
  }
}

interface Life {
  readonly schedules: readonly Schedule[];
  readonly forMs: number;
  readonly task: ((by: Timekeeper) => unknown) | undefined;
}
