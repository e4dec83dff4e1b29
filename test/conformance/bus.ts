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
  { type: "roll", asker: "worker-1" },
  { type: "present", asker: "worker-1", vantage: "east" },
  {
    type: "visit",
    id: "worker-1.1",
    vantage: "east",
    visiting: { application: "shop", times: 3 },
  },
  {
    type: "visit",
    id: "worker-1.2",
    vantage: "west",
    visiting: { application: "shop", address: "192.0.2.10", times: 100 },
  },
  {
    type: "visited",
    id: "worker-1.1",
    vantage: "east",
    visits: [{ address: "192.0.2.10" }, { address: "", whyNot: "no name server answers" }],
  },
];

/** What every bus owes those who listen. Order is not promised. */
export function describeBus({ name, open, close }: Subject): void {
  describe(`${name} conforms`, () => {
    if (close) afterEach(close);

    test("every listener at both ends hears each signal once, as it was told", async () => {
      const { one, other } = await open();
      const ears = [listen(one), listen(one), listen(other), listen(other)];
      await heardAcross(one, other);
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
      await heardAcross(one, other);
      stop();
      const before = gone.length;
      for (const signal of SIGNALS) one.publish(signal);
      await eventually(() => heard.length >= SIGNALS.length, { withinMs: 10_000 });
      expect(gone).toHaveLength(before);
    });

    test("to publish where nobody listens does no harm", async () => {
      const { one, other } = await open();
      for (const signal of SIGNALS) one.publish(signal);
      await heardAcross(one, other);
    });
  });
}

/** A bus keeps nothing: an end that is not connected yet misses what is said. */
export async function heardAcross(one: Bus, other: Bus): Promise<void> {
  const heard = new Set<string>();
  const ends = [
    other.subscribe((signal) => isKnock(signal) && heard.add(`${signal.cluster} at the other`)),
    one.subscribe((signal) => isKnock(signal) && heard.add(`${signal.cluster} at the one`)),
  ];
  const isThrough = () => {
    one.publish({ type: "hint", application: KNOCK, cluster: "one" });
    other.publish({ type: "hint", application: KNOCK, cluster: "other" });
    return heard.has("one at the other") && heard.has("other at the one");
  };
  await eventually(isThrough, { withinMs: 30_000, everyMs: 20 });
  for (const end of ends) end();
}

/** What is heard, but for what was said to find out whether anything is. */
export function listen(bus: Bus): Signal[] {
  const heard: Signal[] = [];
  bus.subscribe((signal) => {
    if (!isKnock(signal)) heard.push(signal);
  });
  return heard;
}

const KNOCK = "knock";

function isKnock(signal: Signal): signal is Extract<Signal, { readonly type: "hint" }> {
  return signal.type === "hint" && signal.application === KNOCK;
}

function sorted(signals: readonly Signal[]): readonly string[] {
  return signals.map((signal) => JSON.stringify(signal)).toSorted();
}
