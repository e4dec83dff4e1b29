import { afterEach, describe, expect, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import type { Alarm, Alarms, AlarmWorker } from "../../src/engine/ports/schedule.ts";
import { eventually } from "../fakes/until.ts";

interface Subject {
  readonly name: string;
  /** Again: another process on what the ones before left. */
  readonly open: () => Promise<Alarms>;
  /** As somebody does who empties the queue by hand. */
  readonly empty: (alarms: Alarms) => Promise<void>;
  readonly close?: () => Promise<void>;
}

type Heard = readonly [name: string, at: number];

/** What all alarms owe the engine, whatever keeps them. In real time: they go by their own clocks. */
export function describeAlarms({ name, open, empty, close }: Subject): void {
  describe(`${name} conforms`, () => {
    const clock = new SystemClock();
    const workers: AlarmWorker[] = [];
    const listen = async (alarms: Alarms, then: () => Promise<void> = async () => undefined) => {
      const heard: Heard[] = [];
      const worker = await alarms.work(async (who, at) => {
        heard.push([clock.wallMs() < at ? `${who}, too early` : who, at]);
        await then();
      });
      workers.push(worker);
      return { heard, worker };
    };
    const heardAll = (heard: readonly Heard[], expected: readonly Heard[]) =>
      eventually(() => heard.length >= expected.length, { withinMs: 30_000 }).then(() =>
        expect(heard).toEqual(expected),
      );
    /** At these times, in ms from now. */
    const soon = (who: string, inMs: readonly number[], rule = "a rule"): [Alarm, Heard[]] => {
      const now = clock.wallMs();
      const times = inMs.map((ms) => now + ms);
      const next = (after: number) => times.find((at) => at > after);
      return [{ name: who, rule, next }, times.map((at) => [who, at])];
    };

    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.close()));
      await close?.();
    });

    test("one rings at each of its times, once and not before", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms);
      const [alarm, expected] = soon("a", [300, 700, 1000]);
      await alarms.set([alarm]);
      await heardAll(heard, expected);
    });

    test("several ring beside each other, also at the same time", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms);
      const [one, first] = soon("a", [400]);
      const two: Alarm = { ...one, name: "b" };
      await alarms.set([one, two]);
      await eventually(() => heard.length >= 2, { withinMs: 30_000 });
      const at = first[0]?.[1] ?? 0;
      expect(heard.map(([who]) => who).toSorted()).toEqual(["a", "b"]);
      expect(heard.map(([, time]) => time)).toEqual([at, at]);
    });

    test("what is set again is the same, however often", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms);
      const [alarm, expected] = soon("a", [500, 900]);
      for (let i = 0; i < 5; i += 1) await alarms.set([alarm]);
      await heardAll(heard, expected);
    });

    test("a ring that is due and was not given out survives that it is set again", async () => {
      const alarms = await open();
      const [alarm, expected] = soon("a", [100]);
      await alarms.set([alarm]);
      await eventually(() => clock.wallMs() > (expected[0]?.[1] ?? 0) + 50, { withinMs: 5000 });
      await alarms.set([alarm]);
      const { heard } = await listen(alarms);
      await heardAll(heard, expected);
    });

    test("what is not set any more does not ring", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms);
      const [gone] = soon("gone", [600]);
      const [kept, expected] = soon("kept", [800]);
      await alarms.set([gone, kept]);
      await alarms.set([kept]);
      await heardAll(heard, expected);
    });

    test("by another rule it rings at other times", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms);
      const [before] = soon("a", [500]);
      const [after, expected] = soon("a", [900], "another rule");
      await alarms.set([before]);
      await alarms.set([after]);
      await heardAll(heard, expected);
    });

    test("one that never comes is set like any other", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms);
      const [kept, expected] = soon("kept", [300]);
      await alarms.set([{ name: "never", rule: "x", next: () => undefined }, kept]);
      await heardAll(heard, expected);
    });

    test("after a queue was emptied it rings again once it is set again", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms);
      const [alarm, expected] = soon("a", [900, 1300]);
      await alarms.set([alarm]);
      await empty(alarms);
      await alarms.set([alarm]);
      await heardAll(heard, expected);
    });

    test("a handler that rejects is called for the next time all the same", async () => {
      const alarms = await open();
      const { heard } = await listen(alarms, () => Promise.reject(new Error("broken")));
      const [alarm, expected] = soon("a", [200, 600]);
      await alarms.set([alarm]);
      await heardAll(heard, expected);
    });

    test("of two workers one gets a ring", async () => {
      const alarms = await open();
      const [one, two] = [await listen(alarms), await listen(alarms)];
      const [alarm, expected] = soon("a", [200, 400, 600, 800]);
      await alarms.set([alarm]);
      const heard = () => [...one.heard, ...two.heard].toSorted(([, a], [, b]) => a - b);
      await eventually(() => heard().length >= expected.length, { withinMs: 30_000 });
      expect(heard()).toEqual(expected);
    });

    test("a worker that is closed waits for what it runs, and is given nothing more", async () => {
      const alarms = await open();
      let finish = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const { heard, worker } = await listen(alarms, () => finished);
      const [alarm, expected] = soon("a", [100, 400]);
      await alarms.set([alarm]);
      await heardAll(heard, expected.slice(0, 1));
      let closed = false;
      const closing = worker.close().then(() => {
        closed = true;
      });
      await eventually(() => clock.wallMs() > (expected[1]?.[1] ?? 0), { withinMs: 5000 });
      expect(closed).toBe(false);
      finish();
      await closing;
      expect(heard).toEqual(expected.slice(0, 1));
    });
  });
}
