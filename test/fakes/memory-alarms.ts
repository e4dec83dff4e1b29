import type { Clock } from "../../src/engine/ports/clock.ts";
import type { Alarm, Alarms, AlarmWorker } from "../../src/engine/ports/schedule.ts";

/** Alarms on a clock of the test's: under a virtual one years pass at once. */
export class MemoryAlarms implements Alarms {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #hands: Hands[] = [];
  readonly #rings: Ring[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async set(alarms: readonly Alarm[]): Promise<void> {
    for (const [name, { alarm, off }] of this.#entries) {
      if (alarms.some((one) => one.name === name && one.rule === alarm.rule)) continue;
      off.abort("not set any more");
      this.#entries.delete(name);
    }
    for (const alarm of alarms) {
      const known = this.#entries.get(alarm.name);
      if (known) known.alarm = alarm;
      else this.#start(alarm);
    }
  }

  async work(handler: (name: string, at: number) => Promise<void>): Promise<AlarmWorker> {
    const hands: Hands = { handler, running: new Set() };
    this.#hands.push(hands);
    this.#handOut();
    return {
      close: async () => {
        this.#hands.splice(this.#hands.indexOf(hands), 1);
        await Promise.all(hands.running);
      },
    };
  }

  /** Loses everything: what is running goes on. */
  empty(): void {
    for (const { off } of this.#entries.values()) off.abort("emptied");
    this.#entries.clear();
    this.#rings.length = 0;
  }

  #start(alarm: Alarm): void {
    const entry: Entry = { alarm, off: new AbortController() };
    this.#entries.set(alarm.name, entry);
    this.#follow(entry).catch(() => undefined);
  }

  async #follow(entry: Entry): Promise<void> {
    for (let at = entry.alarm.next(this.#clock.wallMs()); at !== undefined; ) {
      // A timer may wake a fraction of a millisecond early.
      for (let leftMs = 1; leftMs > 0; leftMs = at - this.#clock.wallMs())
        await this.#clock.sleep(Math.max(0, at - this.#clock.wallMs()), entry.off.signal);
      this.#rings.push({ name: entry.alarm.name, at });
      this.#handOut();
      at = entry.alarm.next(Math.max(at, this.#clock.wallMs()));
    }
  }

  #handOut(): void {
    for (const ring of this.#rings.splice(0)) {
      const hands = this.#hands[0];
      if (!hands) {
        this.#rings.push(ring);
        continue;
      }
      const run = hands
        .handler(ring.name, ring.at)
        .catch(() => undefined)
        .finally(() => hands.running.delete(run));
      hands.running.add(run);
    }
  }
}

interface Entry {
  alarm: Alarm;
  readonly off: AbortController;
}

interface Ring {
  readonly name: string;
  readonly at: number;
}

interface Hands {
  readonly handler: (name: string, at: number) => Promise<void>;
  readonly running: Set<Promise<void>>;
}
