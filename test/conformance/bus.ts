import { afterEach, describe, expect, test } from "@jest/globals";
import type { Bus, Signal } from "../../src/engine/ports/bus.ts";
import { eventually } from "../fakes/until.ts";

export interface Subject {
  readonly name: string;
  /** Two ends that hear each other; of a bus within one process they are the same. */
  readonly open: () => Promise<{ readonly one: Bus; readonly other: Bus }>;
  readonly close?: () => Promise<void>;
}

export const SIGNALS: readonly Signal[] = [
  {
    type: "observation",
    observation: {
      at: 1_795_359_600_000,
      application: "shop",
      cluster: "blue",
      layer: "public",
      probe: "front",
      vantage: "east",
      answer: "timeout",
      latencyMs: 250.25,
      detail: 'no answer: "\u2028ü\u0000"',
    },
  },
  {
    type: "observation",
    observation: {
      at: 1,
      application: "shop",
      cluster: "green",
      layer: "api",
      probe: "api",
      vantage: "west",
      answer: "ok",
      latencyMs: 0,
    },
  },
  { type: "vantage", state: { at: 2, vantage: "east", failureDomain: "rack-1" } },
  {
    type: "vantage",
    state: { at: 3, vantage: "east", failureDomain: "rack-1", whyNotFit: "hears nobody" },
  },
  { type: "hint", application: "shop", cluster: "blue" },
];

/** What every bus owes those who listen. Order is not promised. */
export function describeBus({ name, open, close }: Subject): void {
  describe(`${name} conforms`, () => {
    if (close) afterEach(close);

    test("every listener at both ends hears each signal once, as it was told", async () => {
      const { one, other } = await open();
      const ears = [listen(one), listen(one), listen(other), listen(other)];
      await heardAcross(one, other, ears);
      for (const heard of ears) heard.length = 0;
      for (const signal of SIGNALS) one.publish(signal);
      for (const signal of SIGNALS) other.publish(signal);
      const twice = [...SIGNALS, ...SIGNALS];
      for (const heard of ears) {
        await eventually(() => heard.length >= twice.length, { withinMs: 10_000 });
        expect(sorted(heard)).toEqual(sorted(twice));
      }
    });

    test("who has stopped listening hears nothing more; the others do", async () => {
      const { one, other } = await open();
      const gone: Signal[] = [];
      const stop = other.subscribe((signal) => gone.push(signal));
      const heard = listen(other);
      await heardAcross(one, other, [heard]);
      stop();
      const before = gone.length;
      heard.length = 0;
      for (const signal of SIGNALS) one.publish(signal);
      await eventually(() => heard.length >= SIGNALS.length, { withinMs: 10_000 });
      expect(gone).toHaveLength(before);
    });

    test("to publish where nobody listens does no harm", async () => {
      const { one, other } = await open();
      for (const signal of SIGNALS) one.publish(signal);
      const heard = listen(other);
      await heardAcross(one, other, [heard]);
    });
  });
}

/** A bus keeps nothing: an end that is not connected yet misses what is said. */
export async function heardAcross(one: Bus, other: Bus, ears: readonly Signal[][]): Promise<void> {
  const [there, back] = [listen(other), listen(one)];
  const isThrough = () => {
    one.publish(knock("there"));
    other.publish(knock("back"));
    return hears(there, "there") && hears(back, "back");
  };
  await eventually(isThrough, { withinMs: 15_000, everyMs: 20 });
  // What was said in vain until then comes before this.
  one.publish(knock("last"));
  other.publish(knock("last"));
  const areDone = () =>
    ears.every((heard) => heard.filter((signal) => isKnock(signal, "last")).length >= 2);
  await eventually(areDone, { withinMs: 10_000 });
}

export function listen(bus: Bus): Signal[] {
  const heard: Signal[] = [];
  bus.subscribe((signal) => heard.push(signal));
  return heard;
}

function knock(cluster: string): Signal {
  return { type: "hint", application: "knock", cluster };
}

function hears(heard: readonly Signal[], cluster: string): boolean {
  return heard.some((signal) => isKnock(signal, cluster));
}

function isKnock(signal: Signal, cluster: string): boolean {
  return signal.type === "hint" && signal.cluster === cluster;
}

function sorted(signals: readonly Signal[]): readonly string[] {
  return signals.map((signal) => JSON.stringify(signal)).toSorted();
}
